const { createHmac, randomBytes, scryptSync, timingSafeEqual } = require("node:crypto");
const fs = require("node:fs");
const { Pool } = require("pg");
const { tls } = require("./tls");

const TABLES = `
create table if not exists users (email text primary key, salt bytea not null, hash bytea not null);
create table if not exists flows (id serial primary key, name text not null);
`;

/** Users and flows are in PostgreSQL. The key that signs sessions and what is uploaded are files. */
class Store {
  constructor(folders) {
    this.folders = folders;
    this.files = folders.files;
    const {
      DATABASE_HOST: host,
      DATABASE_PORT: port,
      DATABASE_NAME: database,
      DATABASE_USER: user,
      DATABASE_PASSWORD: password,
    } = process.env;
    this.pool = new Pool({ host, port: Number(port), database, user, password, ssl: tls(process.env) });
    this.pool.on("error", () => undefined);
  }

  async open() {
    const { home, logs, files, key: file } = this.folders;
    for (const folder of [home, logs]) if (!fs.existsSync(folder)) fs.mkdirSync(folder);
    fs.mkdirSync(files, { recursive: true });
    if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(32).toString("hex"), { mode: 0o600 });
    this.key = fs.readFileSync(file, "utf8");
    await this.pool.query(TABLES);
    const { FLOWISE_USERNAME: email, FLOWISE_PASSWORD: password } = process.env;
    const salt = randomBytes(16);
    // Only where there is none: a password that was changed stays changed.
    await this.pool.query("insert into users values ($1, $2, $3) on conflict do nothing", [email, salt, scryptSync(password, salt, 32)]);
  }

  async login(email, password) {
    const { rows } = await this.pool.query("select salt, hash from users where email = $1", [email]);
    const [user] = rows;
    if (user === undefined || !timingSafeEqual(scryptSync(password, user.salt, 32), user.hash)) return undefined;
    return `${Buffer.from(email).toString("base64url")}.${this.signed(email)}`;
  }

  /** A session lives as long as the key. */
  knows(token) {
    const [email = "", signature = ""] = token.split(".");
    const wanted = this.signed(Buffer.from(email, "base64url").toString());
    return signature.length === wanted.length && timingSafeEqual(Buffer.from(signature), Buffer.from(wanted));
  }

  signed(email) {
    return createHmac("sha256", this.key).update(email).digest("base64url");
  }

  async flows() {
    return (await this.pool.query("select name from flows order by id")).rows.map(({ name }) => name);
  }

  async addFlow(name) {
    return (await this.pool.query("insert into flows (name) values ($1) returning id, name", [name])).rows[0];
  }
}

module.exports = { Store };
