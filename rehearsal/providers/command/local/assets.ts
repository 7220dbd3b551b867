/** Files that a command made, as the assets and the archive of its outputs. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import type { Props } from "../../../engine";
import { matchingFiles } from "./glob";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
const BLOCK = 512;

export function assetsOf(dir: string, patterns: string[]): Props {
  const files = matchingFiles(dir, patterns).map((file) => {
    const at = path.posix.join(dir, file);
    return [file, { [SIGNATURE]: ASSET, hash: sha256(readFileSync(at)), path: at }] as const;
  });
  return Object.fromEntries(files);
}
/** Its hash is that of the files in one tar file, without times and owners. */
export function archiveOf(dir: string, patterns: string[]): Props {
  const assets = assetsOf(dir, patterns);
  const entries = Object.keys(assets).flatMap((file) => tarEntry(file, readFileSync(path.join(dir, file))));
  return { [SIGNATURE]: ARCHIVE, assets, hash: sha256(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)])) };
}

function tarEntry(name: string, content: Buffer): Buffer[] {
  const header = Buffer.alloc(BLOCK);
  header.write(name, 0, 100);
  header.write("0000600\0" + "0000000\0".repeat(2), 100);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0`, 124);
  header.write("        0", 148);
  header.write("ustar\x0000", 257);
  header.write("0000000\0".repeat(2), 329);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}
function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
