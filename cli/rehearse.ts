import { existsSync, rmSync } from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { bootstrap } from "../components/host/bootstrap";
import { findEstate, type Machine } from "../rehearsal/machines";
import { lockRehearsal, rehearse } from "../rehearsal/rehearse";
import { rehearsalStatus, standingIn } from "../rehearsal/status";
import { checkout, homeFolder } from "./checkout";
import { CliError } from "./explain";
import { seconds, table } from "./format";
import { onInterrupt } from "./interrupt";
import { nextSteps } from "./next-steps";
import { Progress } from "./progress";
import { isServerOs, type RehearseFlags } from "./rehearse-flags";
import { rehearsalName, releaseFile, stacksToRehearse } from "./rehearsed-stack";
import { standInBuilder } from "./stand-in-builder";
import { summaryText } from "./summary";

const DEPLOY_USER = "deploy";

export const rehearsalFolder = (stack: string): string => path.join(homeFolder(), rehearsalName(stack));

/** `flowfleet rehearse --stack X`. */
export async function rehearseStack(flags: RehearseFlags): Promise<void> {
  const begun = Date.now();
  const stateDir = rehearsalFolder(flags.stack);
  const stacks = stacksToRehearse([flags.stack], { ...(flags.systems && { systems: flags.systems }), standing: standingIn(stateDir) });

  const progress = new Progress();
  const interrupt = onInterrupt((text) => {
    progress.say(text);
  });
  try {
    const { rehearsed } = await rehearse({
      cwd: checkout,
      stateDir,
      stacks,
      os: isServerOs(flags.os) ? flags.os : "debian-12",
      standIns: flags.images === "real" ? undefined : standInBuilder(interrupt.signal),
      releaseFile,
      bootstrap: bootstrapMachine,
      deployUser: DEPLOY_USER,
      twice: flags.twice ?? false,
      task: (title, work) => progress.task(title, work),
      say: (text) => {
        progress.say(text);
      },
      onEvent: (event) => {
        progress.engineEvent(event);
      },
      signal: interrupt.signal,
      killSignal: interrupt.killSignal,
    });
    progress.close();
    for (const { stack, result, second } of rehearsed) {
      process.stdout.write(summaryText(result, `${stack}: `));
      if (second) process.stdout.write(summaryText(second, `${stack}, second run: `));
    }
    if (rehearsed.length < stacks.length || rehearsed.some(({ result, second }) => !result.succeeded || second?.succeeded === false)) {
      process.exitCode ||= 1;
      return;
    }
    const status = await rehearsalStatus(stateDir, flags.stack);
    if (status) process.stdout.write(nextSteps(status, seconds(Date.now() - begun), flags.systems));
  } finally {
    progress.close();
    interrupt.done();
  }
}

export async function bootstrapMachine(machine: Machine, sshAgent: string, note: (text: string) => void): Promise<void> {
  const { stdout } = await execa("ssh-keygen", ["-y", "-f", machine.identityFile]);
  const login = { address: machine.address, port: machine.port, user: machine.user, hostKey: machine.hostKey, agent: sshAgent };
  await bootstrap(login, { user: DEPLOY_USER, authorizedKeys: [stdout.trim()] }, note);
}

/** `flowfleet rehearse --down`: leaves nothing behind, also where a rehearsal stopped halfway. Stacks that share a rehearsal go together, and are named. */
export async function bringDown(stack: string): Promise<void> {
  const folder = rehearsalFolder(stack);
  if (!existsSync(folder)) {
    process.stdout.write("Nothing stands there.\n");
    return;
  }
  const lock = lockRehearsal(folder, `rehearse --stack ${stack} --down`);
  const progress = new Progress();
  try {
    const stacks = [...new Set([stack, ...Object.keys(standingIn(folder))])];
    await progress.task(`Removing the rehearsal of ${stacks.join(", ")}`, (report) => removeRehearsal(folder, report));
  } finally {
    progress.close();
    lock.release();
  }
}

/** Machines, network and keys first, then the folder with states and generated secrets. */
export async function removeRehearsal(folder: string, report: (line: string) => void): Promise<void> {
  await (await findEstate(folder))?.destroy({ report });
  rmSync(folder, { recursive: true, force: true });
}

/** `flowfleet rehearse --status`. */
export async function showStatus(stack: string, json: boolean): Promise<void> {
  const status = await rehearsalStatus(rehearsalFolder(stack), stack);
  if (json) process.stdout.write(`${JSON.stringify(status ?? { stack, stacks: [], ca: "", machines: [], urls: [] }, null, 2)}\n`);
  else if (!status) process.stdout.write(`Nothing stands there. To bring it up: npx flowfleet rehearse --stack ${stack}\n`);
  else {
    if (status.machines.length > 0)
      process.stdout.write(
        `${table([["machine", "state", "address"], ...status.machines.map(({ name, state, address, port }) => [name, state, `${address}:${port}`])])}\n`,
      );
    if (status.aws) process.stdout.write(`AWS: an emulator at ${status.aws.endpoint}\n`);
    if (status.aws?.task) process.stdout.write(`A task of ${status.aws.task.system}: ${status.aws.task.url}\n`);
    if (status.urls.length > 0)
      process.stdout.write(
        `${table([["system", "environment", "url"], ...status.urls.map(({ system, environment, url }) => [system, environment, url])])}\n`,
      );
  }
}

/** `flowfleet rehearse --ssh HOST`. */
export async function login(stack: string, host: string): Promise<void> {
  const estate = await findEstate(rehearsalFolder(stack));
  if (!estate) throw new CliError(`Nothing stands there. To bring it up: npx flowfleet rehearse --stack ${stack}`);
  const machine = await estate.machine(host);
  const argv = [...sshArguments(machine), ...(process.stdin.isTTY ? [] : [SHELL_WITHOUT_TERMINAL])];
  const { exitCode } = await execa("ssh", argv, { stdio: "inherit", reject: false });
  process.exitCode = exitCode;
}

/** Named, because a login without a command greets with the message of the day, which is no output of what was piped in. */
const SHELL_WITHOUT_TERMINAL = "exec bash -l";

/** The host key is pinned without a file of its own: `KnownHostsCommand` prints it. */
export const sshArguments = ({
  identityFile,
  port,
  address,
  hostKey,
}: Pick<Machine, "identityFile" | "port" | "address" | "hostKey">): string[] => [
  ...["-i", identityFile, "-o", "IdentitiesOnly=yes", "-p", String(port)],
  ...["-o", `KnownHostsCommand=/bin/echo %H ${hostKey}`, "-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=yes"],
  // What ssh itself has to say about a missing terminal, banners included, would be taken for the machine's answer.
  ...["-o", "LogLevel=ERROR"],
  `${DEPLOY_USER}@${address}`,
];
