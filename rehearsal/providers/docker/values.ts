/** Properties of checked inputs, by type; `undefined` where nothing is given. */
import type { Props, Value } from "../../engine";
import { isObject } from "./schema";

export const textOf = (props: Props, name: string): string | undefined => {
  const value = props[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};
export const numberOf = (props: Props, name: string): number | undefined => {
  const value = props[name];
  return typeof value === "number" && value !== 0 ? value : undefined;
};
export const flagOf = (props: Props, name: string): boolean => props[name] === true;
export const textsOf = (props: Props, name: string): string[] => {
  const value = props[name];
  return Array.isArray(value) ? value.map((item) => (typeof item === "string" ? item : "")) : [];
};
export const objectOf = (props: Props, name: string): Props | undefined => {
  const value = props[name];
  return isObject(value) ? value : undefined;
};
export const objectsOf = (props: Props, name: string): Props[] => {
  const value = props[name];
  return Array.isArray(value) ? value.filter((item): item is Props => isObject(item)) : [];
};
export const mapOf = (props: Props, name: string): Record<string, string> => {
  const found = Object.entries(objectOf(props, name) ?? {});
  return Object.fromEntries(found.filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[0] !== "__defaults"));
};
/** `[{label, value}]` as Docker has it. */
export const labelsOf = (props: Props, name: string): Record<string, string> =>
  Object.fromEntries(objectsOf(props, name).map((one) => [textOf(one, "label") ?? "", textOf(one, "value") ?? ""]));

/** Docker's answers have `null` where a list or map is empty. */
export const asMap = (found: Record<string, string> | null | undefined): Value =>
  found && Object.keys(found).length > 0 ? { ...found } : null;
export const asTexts = (found: readonly string[] | null | undefined): Value => (found && found.length > 0 ? [...found] : null);
