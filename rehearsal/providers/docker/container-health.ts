/** Waits until a container is healthy, as long as the official provider does. */
import type { Container, ContainerInspectInfo } from "dockerode";
import { pause } from "./resource";

const EVERY_MS = 1000;
const LAST_LINES = 20;

/** @param patience Seconds. @throws Error with the state, the last probe and the last lines of the log. */
export async function healthy(container: Container, patience: number, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const startedAt = Date.now();
  let said = "";
  for (;;) {
    const found = await container.inspect();
    const status = stateOf(found);
    if (status === "healthy") return;
    if (status === undefined)
      throw new Error(
        "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. Please remove the 'wait' argument or add a 'healthcheck' attribute",
      );
    const late = Date.now() - startedAt >= patience * 1000;
    if (late || isOver(found)) throw new Error(await failure(container, found, late ? `within ${patience} s` : "and never will be"));
    if (status !== said) say(`the container is ${status}`);
    said = status;
    await pause(EVERY_MS, signal);
  }
}

/** `undefined`: without a health check. */
function stateOf({ State: state }: ContainerInspectInfo): string | undefined {
  const health = state.Health as { Status: string } | undefined;
  return health === undefined && state.Running ? undefined : state.Running ? health?.Status : words(state);
}
/** Ended, and Docker does not start it again. */
function isOver({ State: state }: ContainerInspectInfo): boolean {
  return !state.Running && !state.Restarting && ["exited", "dead"].includes(state.Status);
}
const words = (state: ContainerInspectInfo["State"]): string =>
  `${state.Status} with status ${state.ExitCode}${state.OOMKilled ? ", out of memory" : ""}${state.Error === "" ? "" : `: ${state.Error}`}`;

async function failure(container: Container, found: ContainerInspectInfo, within: string): Promise<string> {
  const probe = (found.State.Health as { Log?: { ExitCode: number; Output: string }[] | null } | undefined)?.Log?.at(-1);
  return [
    `container failed to be in healthy state ${within}: it is ${stateOf(found) ?? found.State.Status}`,
    ...(probe ? [`last probe: status ${probe.ExitCode}`, ...indented(probe.Output)] : []),
    "last lines of its log:",
    ...indented(await lastLines(container, found.Config.Tty)),
  ].join("\n");
}
const indented = (text: string): string[] =>
  text
    .trimEnd()
    .split("\n")
    .slice(-LAST_LINES)
    .map((line) => `  ${line}`);

async function lastLines(container: Container, tty: boolean): Promise<string> {
  try {
    const log = await container.logs({ stdout: true, stderr: true, tail: LAST_LINES });
    return tty ? log.toString() : demultiplexed(log);
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
}
/** Without a terminal each piece has a head: stream, three zeros, length. */
function demultiplexed(log: Buffer): string {
  const pieces: Buffer[] = [];
  for (let at = 0; at + 8 <= log.length;) {
    const length = log.readUInt32BE(at + 4);
    pieces.push(log.subarray(at + 8, at + 8 + length));
    at += 8 + length;
  }
  return Buffer.concat(pieces).toString();
}
