/** Files and archives as values. Each carries a hash of its content, by which a change is seen. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { Value } from "../provider";
import { isObject, mapValue, SIG, type Obj } from "./values";

const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const ARCHIVE_FILE = /\.(tar|tgz|tar\.gz|zip|jar)$/;

/** The value with a hash in every asset and archive. Relative paths are seen from `cwd`. */
export function hashAssets<T extends Value>(value: T, cwd: string): T {
  return mapValue(value, (v) => {
    if (!isObject(v) || typeof v.hash === "string") return v;
    if (v[SIG] === ASSET) return withHash(withoutMarks(v), contentOf(v, cwd));
    if (v[SIG] === ARCHIVE) return hashArchive(withoutMarks(v), cwd);
    return v;
  }) as T;
}
/** As the event log shows it: without the text of assets. */
export function elideAssets<T extends Value>(value: T): T {
  return mapValue(value, (v) =>
    isObject(v) && v[SIG] === ASSET && typeof v.text === "string" && v.text !== ELIDED ? { ...v, text: ELIDED } : v,
  ) as T;
}
const ELIDED = "<contents elided>";

/** By these the SDK knows its own objects; they get into the arguments of components. */
function withoutMarks(value: Obj): Obj {
  const own = { ...value };
  delete own.__pulumiAsset;
  delete own.__pulumiArchive;
  return own;
}
function withHash(value: Obj, content: Buffer | undefined): Obj {
  return content ? { ...value, hash: createHash("sha256").update(content).digest("hex") } : value;
}
/** `undefined`: it is somewhere else (a URI), and is not fetched. */
function contentOf(asset: Obj, cwd: string): Buffer | undefined {
  if (typeof asset.text === "string") return Buffer.from(asset.text);
  return typeof asset.path === "string" ? readFileSync(path.resolve(cwd, asset.path)) : undefined;
}
function hashArchive(archive: Obj, cwd: string): Obj {
  const hashed = isObject(archive.assets) ? { ...archive, assets: hashAssets(archive.assets, cwd) } : archive;
  if (typeof archive.path === "string" && ARCHIVE_FILE.test(archive.path)) {
    return withHash(hashed, readFileSync(path.resolve(cwd, archive.path)));
  }
  const files = filesOf(archive, cwd);
  return withHash(hashed, files && tar(files));
}

function filesOf(value: Obj, cwd: string): Map<string, Buffer> | undefined {
  const files = new Map<string, Buffer>();
  if (typeof value.path === "string") {
    const root = path.resolve(cwd, value.path);
    for (const name of listFiles(root)) files.set(name, readFileSync(path.join(root, name)));
    return files;
  }
  if (!isObject(value.assets)) return undefined;
  for (const [name, part] of Object.entries(value.assets)) {
    if (!isObject(part)) continue;
    const content = part[SIG] === ASSET ? contentOf(part, cwd) : undefined;
    if (content) files.set(name, content);
    else for (const [inner, bytes] of filesOf(part, cwd) ?? []) files.set(`${name}/${inner}`, bytes);
  }
  return files;
}
function listFiles(root: string, below = ""): string[] {
  return readdirSync(path.join(root, below)).flatMap((entry) => {
    const name = below ? `${below}/${entry}` : entry;
    return statSync(path.join(root, name)).isDirectory() ? listFiles(root, name) : [name];
  });
}

/** The tar file whose hash Pulumi takes: in order of names, mode 0600, no times or owners. */
function tar(files: Map<string, Buffer>): Buffer {
  const parts: Buffer[] = [];
  for (const [name, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    parts.push(tarHeader(name, content.length), content, Buffer.alloc((512 - (content.length % 512)) % 512));
  }
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  const { prefix, rest } = splitName(name);
  const fields: [number, string][] = [
    [0, rest],
    [100, "0000600\0"],
    [108, "0000000\0"],
    [116, "0000000\0"],
    [124, `${size.toString(8).padStart(11, "0")}\0`],
    [136, "00000000000\0"],
    [148, "        "],
    [156, "0"],
    [257, "ustar\x0000"],
    [329, "0000000\0"],
    [337, "0000000\0"],
    [345, prefix],
  ];
  for (const [offset, text] of fields) header.write(text, offset);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
function splitName(name: string): { prefix: string; rest: string } {
  if (name.length <= 100) return { prefix: "", rest: name };
  const at = name.lastIndexOf("/", 155);
  if (at <= 0 || name.length - at - 1 > 100) throw new Error(`the name of a file in an archive is too long: ${name}`);
  return { prefix: name.slice(0, at), rest: name.slice(at + 1) };
}
