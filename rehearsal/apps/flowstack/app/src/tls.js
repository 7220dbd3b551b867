/** TLS to the database, as Flowise: certificates that are given, verified if that is said, too; else by the system's store, or none. */
function tls({ DATABASE_SSL, DATABASE_SSL_KEY_BASE64, DATABASE_REJECT_UNAUTHORIZED }) {
  if (!DATABASE_SSL_KEY_BASE64) return DATABASE_SSL === "true";
  return { rejectUnauthorized: DATABASE_REJECT_UNAUTHORIZED === "true", ca: Buffer.from(DATABASE_SSL_KEY_BASE64, "base64") };
}

module.exports = { tls };
