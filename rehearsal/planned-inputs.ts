import { isSecret, isUnknown, maskSecrets, revealSecrets, UNKNOWN, type Props, type Value } from "./engine";

/** Stands for a value that only an update will know. */
export const NOT_KNOWN = "(not known yet)";

/**
 * Inputs as a plan shows them: secrets masked, without the notes that providers keep in them (`__defaults`), and with words for what is
 * not known yet. How a machine is reached is shown but for its key: the SDK marks all of it as secret.
 */
export function masked(inputs: Props): Props {
  const { connection, ...others } = inputs;
  return shown(maskSecrets({ ...others, ...(connection === undefined ? {} : { connection: door(connection) }) })) as Props;
}

/** Where a step of a machine runs. */
export function connectionHost({ connection }: Props): string | undefined {
  const host = connection === undefined ? undefined : group(revealSecrets(connection))["host"];
  return typeof host === "string" && !isUnknown(host) ? host : undefined;
}

function door(connection: Value): Value {
  if (!isSecret(connection) || typeof connection.value !== "object") return connection;
  const open = group(connection.value);
  return Object.fromEntries(
    Object.entries(open).map(([key, value]) => [key, SHOWN.includes(key) ? revealSecrets(value) : value === null ? null : "[secret]"]),
  );
}
const SHOWN = ["host", "hostKey", "port", "user", "dialErrorLimit", "perDialTimeout", "proxy"];
const group = (value: Value): Props => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : {});

function shown(value: Value): Value {
  if (isUnknown(value)) return NOT_KNOWN;
  if (typeof value === "string") return value.replaceAll(UNKNOWN, NOT_KNOWN);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.startsWith("__"))
      .map(([name, inner]) => [name, shown(inner)]),
  );
}
