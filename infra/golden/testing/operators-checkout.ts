import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { parseDocument } from "yaml";
import { parsePath } from "../../../rehearsal/engine/model/paths";
import { readStack, stackNames } from "../../config/stacks";

/**
 * A checkout in which every secret that a stack lacks is set, encrypted with a passphrase that nobody here has, as an operator's own is.
 *
 * @param root Folder with `Pulumi.yaml`, whose program the checkout has.
 */
export function operatorsCheckout(root: string): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "flowfleet-operator-"));
  for (const name of readdirSync(root).filter((name) => !name.startsWith("."))) {
    if (name === "releases" || name.startsWith("Pulumi.")) cpSync(join(root, name), join(folder, name), { recursive: true });
    else symlinkSync(join(root, name), join(folder, name));
  }
  for (const stack of stackNames(folder)) encryptSecrets(folder, stack);
  return {
    folder,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function encryptSecrets(folder: string, stack: string): void {
  const file = join(folder, `Pulumi.${stack}.yaml`);
  const document = parseDocument(readFileSync(file, "utf8"));
  document.setIn(["encryptionsalt"], "v1:c29tZSBzYWx0Li4=:v1:YSBub25jZQ==:Y2lwaGVydGV4dCBvZiBub3RoaW5n");
  for (const [index, { path }] of readStack(folder, stack).missingSecrets.entries())
    document.setIn(["config", ...parsePath(path)], { secure: `v1:bm9uY2U=:Y2lwaGVydGV4dCBvZiBub3RoaW5n${index}` });
  writeFileSync(file, document.toString());
}

/** Releases another image of FlowMaster's backend there, as its pipeline does. */
export async function releaseBackend(folder: string, stack: string): Promise<void> {
  const noted = join(folder, "released");
  writeFileSync(noted, `registry.example.com/flowmaster/backend sha256:${"1".repeat(64)} 2026-11-21T10:00:00Z\n`);
  await execa("sh", ["ci/scripts/write-release.sh", `releases/${stack}.yaml`, "flowmaster", "backend", noted], { cwd: folder });
}
