import { mkdirSync } from "node:fs";
import { homeFolder } from "../../cli/checkout";
import { ensureDocker } from "../machines";

/** Every end-to-end test needs a Docker that answers, whichever of them comes first. */
export default async function setup(): Promise<void> {
  mkdirSync(homeFolder(), { recursive: true, mode: 0o700 });
  await ensureDocker({ stateDir: homeFolder(), report: (line) => void process.stderr.write(`${line}\n`) });
}
