/** The whole schema, for a database that has it already too. */
export const initial = `
CREATE TABLE IF NOT EXISTS users (email text PRIMARY KEY);
CREATE TABLE IF NOT EXISTS refresh_tokens (token text PRIMARY KEY, expires_at timestamptz NOT NULL);
`;
