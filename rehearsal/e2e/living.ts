import { connect } from "node:tls";
import { readFileSync } from "node:fs";
import { pause } from "./load";
import { request } from "./request";
import { snapshot } from "./snapshot";
import { ENVIRONMENTS, type World } from "./world";

/** Every container of FlowMaster on the machine, running or not: name, id, address, when it was started. */
export async function instances(world: World, only = "flowmaster-"): Promise<string[]> {
  const format = "{{.Name}} {{.Id}} {{.State.Status}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}} {{.State.StartedAt}}";
  const listed = await world.on(world.machine(), `docker ps -aq | xargs -r docker inspect --format '${format}'`);
  return listed
    .trim()
    .split("\n")
    .map((line) => line.replace(/^\//, ""))
    .filter((line) => line.startsWith(only))
    .sort();
}

/** The same without the times, for what may start the same container again. */
export const withoutTimes = (lines: string[]): string[] => lines.map((line) => line.replace(/ \S+$/, ""));

/**
 * Everything of the machine that a test may want unchanged, a line each: containers with the time of their start, files, networks,
 * services. Without the helper: a newer one may come with any step, and nothing restarts for it.
 */
export async function everything(world: World): Promise<string[]> {
  const files = (await snapshot(world, world.machine())).split("\n").filter((line) => !line.includes("/usr/local/lib/flowfleet/"));
  return [...(await instances(world)), ...files];
}

/** Lines that are in one of them only. */
export const differences = (before: string[], after: string[]): string[] => [
  ...before.filter((line) => !after.includes(line)).map((line) => `- ${line}`),
  ...after.filter((line) => !before.includes(line)).map((line) => `+ ${line}`),
];

/** Waits until every environment answers its health path, at most for so many seconds each. */
export async function served(world: World, stacks: readonly string[] = ENVIRONMENTS, seconds = 60): Promise<void> {
  const until = Date.now() + seconds * 1000;
  for (const stack of stacks) {
    for (;;) {
      const status = await request(world, stack, "/api/health", { timeout: 5000 }).then(
        (answer) => answer.status,
        (error: unknown) => String(error),
      );
      if (status === 200) break;
      if (Date.now() > until) throw new Error(`${stack}: no answer within ${seconds} seconds, last: ${status}`);
      await pause(500);
    }
  }
}

/** Serial number of the certificate that a stack's site shows to the outside. */
export function servedSerial(world: World, stack: string): Promise<string> {
  const machine = world.machine(stack);
  const options = {
    host: machine.address,
    port: machine.ports[443],
    servername: world.domain(stack),
    ca: readFileSync(world.prepared.acme.rootCaFile),
  };
  return new Promise((resolve, reject) => {
    const socket = connect(options, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once("error", reject);
  });
}
