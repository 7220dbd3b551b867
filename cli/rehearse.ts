import { existsSync, rmSync } from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { bootstrap } from "../components/host/bootstrap";
import { standInImage } from "../rehearsal/apps";
import { findEstate, type Machine, type ServerOs } from "../rehearsal/machines";
import { rehearse } from "../rehearsal/rehearse";
import { rehearsalStatus } from "../rehearsal/status";
import type { StackToRehearse } from "../rehearsal/world";
import { checkout, homeFolder } from "./checkout";
import type { RehearseFlags } from "./commands/rehearse";
import { CliError } from "./explain";
import { seconds, table } from "./format";
import { onInterrupt } from "./interrupt";
import { nextSteps } from "./next-steps";
import { Progress } from "./progress";
import { rehearsalName, releaseFile, stacksToRehearse } from "./rehearsed-stack";
import { summaryText } from "./summary";

const DEPLOY_USER = "deploy";
const SYSTEMS: readonly ServerOs[] = ["debian-12", "ubuntu-22.04", "ubuntu-24.04"];

export const rehearsalFolder = (stack: string): string => path.join(homeFolder(), rehearsalName(stack));

/** `flowfleet rehearse --stack X`. */
export async function rehearseStack(flags: RehearseFlags): Promise<void> {
  const begun = Date.now();
  const os = SYSTEMS.find((one) => one === flags.os);
  if (os === undefined) throw new CliError(`--os ${flags.os}: must be one of ${SYSTEMS.join(", ")}.`);
  if (flags.images !== "local" && flags.images !== "real") throw new CliError(`--images ${flags.images}: must be local or real.`);
  const stacks = stacksToRehearse(flags.stack);
  checkSystems(stacks, flags.systems);

  const progress = new Progress();
  const interrupt = onInterrupt((text) => {
    progress.say(text);
  });
  try {
    const { rehearsed } = await rehearse({
      cwd: checkout,
      stateDir: rehearsalFolder(flags.stack),
      stacks,
      os,
      standIn: flags.images === "real" ? undefined : (image, report) => standIn(image, report, interrupt.signal),
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
      process.stdout.write(`${stack}: ${summaryText(result)}`);
      if (second) process.stdout.write(`${stack}, second run: ${summaryText(second)}`);
    }
    if (rehearsed.length < stacks.length || rehearsed.some(({ result, second }) => !result.succeeded || second?.succeeded === false)) {
      process.exitCode ||= 1;
      return;
    }
    const status = await rehearsalStatus(rehearsalFolder(flags.stack), flags.stack);
    if (status) process.stdout.write(nextSteps(status, seconds(Date.now() - begun)));
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

/** The application that stands in for a real one; both services of FlowMaster have one. */
export function standIn(
  { system, service }: StackToRehearse["images"][number],
  report: (text: string) => void,
  signal: AbortSignal,
): Promise<string> {
  if (system !== "flowmaster" || (service !== "backend" && service !== "frontend"))
    throw new CliError(`There is no stand-in for ${system}'s ${service}.`);
  return standInImage({ system, service, version: "v1" }, { report, signal });
}

function checkSystems(stacks: StackToRehearse[], systems: string[] | undefined): void {
  const known = [...new Set(stacks.flatMap(({ names }) => names.map(({ system }) => system)))];
  const unknown = (systems ?? []).filter((system) => !known.includes(system));
  if (unknown.length > 0) throw new CliError(`--systems ${unknown.join(" ")}: the stack has no such system. Systems: ${known.join(", ")}.`);
}

/** `flowfleet rehearse --down`: leaves nothing behind, also where a rehearsal stopped halfway. */
export async function bringDown(stack: string): Promise<void> {
  const folder = rehearsalFolder(stack);
  if (!existsSync(folder)) {
    process.stdout.write("Nothing stands there.\n");
    return;
  }
  const progress = new Progress();
  try {
    await progress.task(`Removing the rehearsal of ${stack}`, (report) => removeRehearsal(folder, report));
  } finally {
    progress.close();
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
    process.stdout.write(
      `${table([["machine", "state", "address"], ...status.machines.map(({ name, state, address, port }) => [name, state, `${address}:${port}`])])}\n`,
    );
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
  const { exitCode } = await execa("ssh", sshArguments(machine), { stdio: "inherit", reject: false });
  process.exitCode = exitCode;
}

/** The host key is pinned without a file of its own: `KnownHostsCommand` prints it. */
export const sshArguments = ({
  identityFile,
  port,
  address,
  hostKey,
}: Pick<Machine, "identityFile" | "port" | "address" | "hostKey">): string[] => [
  ...["-i", identityFile, "-o", "IdentitiesOnly=yes", "-p", String(port)],
  ...["-o", `KnownHostsCommand=/bin/echo %H ${hostKey}`, "-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=yes"],
  `${DEPLOY_USER}@${address}`,
];
