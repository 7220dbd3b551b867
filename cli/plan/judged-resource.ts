import { nameOf, type Props as Judged, type Resource, Sealed, UNKNOWN } from "../../infra/policy/resource";
import { isSecret, isUnknown, type ResourceView, UNKNOWN as UNKNOWN_TEXT, type Value } from "../../rehearsal/engine";

/** A planned resource as the rules of `infra/policy` see it: its inputs, with what is secret or not known yet marked in their way. */
export const judgedResource = ({ urn, type, protect = false, inputs }: ResourceView): Resource => ({
  urn,
  type,
  name: nameOf(urn),
  protect,
  props: group(inputs),
});

/** Without the notes that providers keep in inputs (`__defaults`). */
const group = (inputs: Record<string, Value>): Judged =>
  Object.fromEntries(
    Object.entries(inputs)
      .filter(([key]) => !key.startsWith("__"))
      .map(([key, value]) => [key, judgedValue(value)]),
  );

function judgedValue(value: Value): unknown {
  if (isSecret(value)) return new Sealed(judgedValue(value.value));
  if (isUnknown(value) || (typeof value === "string" && value.includes(UNKNOWN_TEXT))) return UNKNOWN;
  if (Array.isArray(value)) return value.map(judgedValue);
  return typeof value === "object" && value !== null ? group(value) : value;
}
