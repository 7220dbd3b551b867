/** The command line as a newcomer has it: nothing stands there yet, and nothing may be left. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import execa from "execa";
import { checkout } from "../../cli/checkout";
import { rehearsalName } from "../../cli/rehearsed-stack";
import { type Estate, findEstate } from "../machines";
import type { RehearsalStatus } from "../status";

export class CommandLine {
  readonly home = mkdtempSync(path.join(tmpdir(), "flowfleet-main-job-"));

  constructor(readonly stack: string) {}

  /** A command as it is written in the documentation. */
  run(command: string, input = ""): Promise<execa.ExecaReturnValue> {
    const env = { FLOWFLEET_HOME: this.home, CI: "true", NO_COLOR: "1" };
    return execa.command(command, { cwd: checkout, env, input, reject: false });
  }

  async status(): Promise<RehearsalStatus> {
    return JSON.parse((await this.run(`npx flowfleet rehearse --stack ${this.stack} --status --json`)).stdout) as RehearsalStatus;
  }

  /** The machines of what stands there. */
  async estate(): Promise<Estate> {
    const estate = await findEstate(path.join(this.home, rehearsalName(this.stack)));
    if (!estate) throw new Error("nothing stands there");
    return estate;
  }

  /** What is still there of what stands now, once the command has taken it down: containers, volumes, networks, the folder. */
  async leftBy(command: string): Promise<string[]> {
    const estate = await this.estate();
    const folder = estate.stateDir;
    const { exitCode, stderr } = await this.run(command);
    if (exitCode !== 0) throw new Error(stderr);
    const lists = [
      ["ps", "--all", "--format", "{{.Names}}"],
      ["volume", "ls", "--quiet"],
      ["network", "ls", "--format", "{{.Name}}"],
    ];
    const names = (await Promise.all(lists.map((list) => execa("docker", list)))).flatMap(({ stdout }) => stdout.split("\n"));
    // The network's name is the beginning of all others.
    return [...names.filter((name) => name.startsWith(estate.network)), ...(existsSync(folder) ? [folder] : [])];
  }

  /** For the end, whatever failed before. */
  async close(): Promise<void> {
    await this.run(`npx flowfleet rehearse --stack ${this.stack} --down`);
    rmSync(this.home, { recursive: true, force: true });
  }
}
