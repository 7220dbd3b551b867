import { readdirSync } from "node:fs";
import * as path from "node:path";
import { homeFolder } from "../../cli/checkout";
import { removeRehearsal } from "../../cli/rehearse";

/** Takes down whatever the end-to-end tests have left, unless FLOWFLEET_KEEP is set (to look around, or to run one file again soon). */
export default async function teardown(): Promise<void> {
  if (process.env["FLOWFLEET_KEEP"] !== undefined) return;
  for (const folder of readdirSync(homeFolder(), { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name.startsWith("e2e"),
  ))
    await removeRehearsal(path.join(homeFolder(), folder.name), () => undefined);
}
