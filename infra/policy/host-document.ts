import type { Props, Resource } from "./resource";
import { group, list, parsed } from "./resource";

/** A step on a machine: one line that names the helper, and a document on standard input. */
export const STEP = "command:remote:Command";

/** What a step asks the helper for; `undefined` for another resource, and while the document is not known. */
export function documentOf({ type, props }: Resource): { noun: string; document: Props } | undefined {
  if (type !== STEP || typeof props["create"] !== "string") return undefined;
  const [, noun] = /\bhelper (\S+) apply$/.exec(props["create"]) ?? [];
  const document = parsed(props["stdin"]);
  return noun === undefined || typeof document !== "object" || document === null ? undefined : { noun, document: document as Props };
}

/** What a release or a job runs; nothing of another step. */
export function runOf(resource: Resource): Props {
  const { noun, document = {} } = documentOf(resource) ?? {};
  if (noun === "job") return group(document["run"]);
  return noun === "release" ? document : {};
}

/** Backups that a step sets up: each has a file for its timer. */
export const backupsOf = (resource: Resource): { path: string; document: Props }[] =>
  filesOf(resource)
    .filter(({ path }) => /^\/etc\/flowfleet\/backup\/[^/]+\.json$/.test(path))
    .map(({ path, text }) => ({ path, document: group(parsed(text)) }));

/** Files that a step writes, with their text: of file sets, and what a release writes for nginx. */
export function filesOf(resource: Resource): { path: string; mode?: unknown; text: string }[] {
  const { noun, document } = documentOf(resource) ?? {};
  if (noun === "files")
    return Object.entries(group(document?.["files"])).map(([path, file]) => {
      const { mode, text } = group(file);
      return { path, mode, text: list(text).join("\n") };
    });
  if (noun === "release") return Object.entries(group(document?.["nginx"])).map(([path, text]) => ({ path, text: list(text).join("\n") }));
  return [];
}
