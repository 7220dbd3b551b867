/** Files that a command made, as the assets and the archive of its outputs; the engine adds their hashes. */
import path from "node:path";
import type { Props } from "../../../engine";
import { matchingFiles } from "./glob";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const ASSET = "c44067f5952c0a294b673a41bacd8c17";
const ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

export function assetsOf(dir: string, patterns: string[]): Props {
  return Object.fromEntries(matchingFiles(dir, patterns).map((file) => [file, { [SIGNATURE]: ASSET, path: path.posix.join(dir, file) }]));
}
export function archiveOf(dir: string, patterns: string[]): Props {
  return { [SIGNATURE]: ARCHIVE, assets: assetsOf(dir, patterns) };
}
