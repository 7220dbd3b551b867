import { readIfExists } from "./engine";

/** Replaces the file in one step, with mode 0600 in a folder of mode 0700. */
export { writeAtomically as writePrivate } from "./engine";

/** The file's JSON, or `undefined` where there is no such file. The caller says what it wrote there. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function readJson<T>(file: string): T | undefined {
  const text = readIfExists(file);
  return text === undefined ? undefined : (JSON.parse(text) as T);
}
