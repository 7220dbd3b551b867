import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "./places";
import { nearest } from "./problems";
import type { Stack } from "./stacks";
import { releaseFolder, stackNames } from "./stacks";

/** Files that look as if they said something of a stack, and that nothing reads. */
export function strayFiles(root: string, stacks: readonly Stack[]): Finding[] {
  const folders = new Set(["releases", ...stacks.map(({ raw }) => releaseFolder(raw))]);
  return [
    ...readdirSync(root).flatMap(strayStackFile),
    ...[...folders].sort().flatMap((folder) => strayReleases(join(root, folder), folder, stackNames(root), stacks)),
  ];
}

function strayStackFile(file: string): Finding[] {
  const [, name = "", ending = ""] = /^Pulumi\.(.+)\.(ya?ml)$/.exec(file) ?? [];
  if (name === "" || (/^[\w-]+$/.test(name) && ending === "yaml")) return [];
  const wrong = ending === "yaml" ? "the name of a stack has letters, digits, - and _ alone" : "the name of a stack's file ends in .yaml";
  const better = `Pulumi.${name.replace(/[^\w-]+/g, "-")}.yaml`;
  return [{ file, path: "", wrong: `is not read here: ${wrong}`, todo: `what it says belongs in ${better}` }];
}

function strayReleases(path: string, folder: string, names: readonly string[], stacks: readonly Stack[]): Finding[] {
  const files = existsSync(path) ? readdirSync(path).sort() : [];
  return files.flatMap((name): Finding[] => {
    const [, stack = ""] = /^(.+)\.ya?ml$/.exec(name) ?? [];
    if (stack === "") return [];
    const file = `${folder}/${name}`;
    const near = nearest(stack, names);
    if (!names.includes(stack))
      return [
        {
          file,
          path: "",
          wrong: `belongs to no stack: there is no Pulumi.${stack}.yaml`,
          todo: near === undefined ? "take it away" : `did you mean "${near}"?`,
        },
      ];
    const reading = stacks.find((one) => one.stack === stack);
    const own = `${reading === undefined ? folder : releaseFolder(reading.raw)}/${stack}.yaml`;
    // Of a stack file that cannot be read nobody knows which folder it names.
    return own === file || reading?.isRead === false
      ? []
      : [{ file, path: "", wrong: `is not read: the releases of Pulumi.${stack}.yaml are in ${own}`, todo: "take it away" }];
  });
}
