/** Names that hold a secret, and not the place of one. */
const SECRET_NAME =
  /(?:PASSWORD|PASSWD|PASSPHRASE|PWD|(?:^|_)PASS|SECRETS?|SECRET_STRING|TOKEN|CREDENTIALS?|(?:API|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION|ACCOUNT)_?KEYS?)$/;
/** By which AWS knows a request that comes a second time. */
const NO_SECRET = /^(?:CREATION|CLIENT|REQUEST)_TOKEN$/;

/** Whether a name such as "DATABASE_PASSWORD", "apiKey" or "spring.datasource.password" says that it holds a secret. */
export function isSecretName(name: string): boolean {
  const words = name.replace(/(?<=[a-z0-9])(?=[A-Z])|[.-]/g, "_").toUpperCase();
  return SECRET_NAME.test(words) && !NO_SECRET.test(words);
}

/** An empty value, a file, the name of a key that AWS has, or a place that is filled in later, is no secret. */
export const isSecretValue = (value: unknown): boolean =>
  typeof value === "string" && value !== "" && !/^(?:\/|file:|arn:|alias\/|[$@<{]|true$|false$|\d+$)/.test(value);
