import { isUnknown, UNKNOWN, type Props, type Value } from "./engine";

/** Inputs as a plan shows them: without the notes that providers keep in them (`__defaults`), and with words for what is not known yet. */
export function shownInputs(inputs: Props): Props {
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([name]) => !name.startsWith("__"))
      .map(([name, value]) => [name, shown(value)]),
  );
}
function shown(value: Value): Value {
  if (isUnknown(value)) return NOT_KNOWN;
  if (typeof value === "string") return value.replaceAll(UNKNOWN, NOT_KNOWN);
  if (Array.isArray(value)) return value.map(shown);
  return typeof value === "object" && value !== null ? shownInputs(value) : value;
}
const NOT_KNOWN = "(not known yet)";
