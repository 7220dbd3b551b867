/** `docker:index/container:Container`. */
import type { Container, ContainerCreateOptions, ContainerInspectInfo } from "dockerode";
import { PartialFailure, type Props } from "../../engine";
import { containerFacts } from "./container-facts";
import { CONTAINER } from "./container-fields";
import { healthy } from "./container-health";
import { containerWish, endpointOf, limitsOf, restartOf } from "./container-wish";
import { haveImage } from "./images";
import { isGone, orGone, pause, type ResourceType, type Site } from "./resource";
import { asOutputs } from "./schema";
import { flagOf, numberOf, objectsOf, textOf } from "./values";

/** Docker changes these while it runs. */
const LIVE = [
  ...["restart", "maxRetryCount", "cpuShares", "memory", "memoryReservation", "cpuSet", "memorySwap"],
  ...["deviceReadBps", "deviceReadIops", "deviceWriteBps", "deviceWriteIops"],
];
const GOING_MS = 250;

export const container: ResourceType = {
  fields: CONTAINER,
  autonamed: true,
  deleteBeforeReplace: true,
  create: async ({ urn, inputs }, site) => {
    await haveImage(textOf(inputs, "image") ?? "", textOf(inputs, "platform"), site);
    const made = await site.docker.createContainer(asRequest(containerWish(inputs))).catch((error: unknown) => {
      throw new Error(`Unable to create container: ${messageOf(error)}`, { cause: error });
    });
    try {
      await start(made, inputs, site);
      return { id: made.id, outputs: containerFacts(asOutputs(CONTAINER, inputs), await made.inspect()) };
    } catch (error) {
      // It is there: it goes into the state, and the next run replaces it.
      const reason = messageOf(error);
      throw new PartialFailure(reason, made.id, { ...asOutputs(CONTAINER, inputs), id: made.id }, [`creating ${urn}: ${reason}`]);
    }
  },
  read: async ({ id, outputs }, { docker }) => {
    const found = await orGone(docker.getContainer(id).inspect());
    return found && { id: found.Id, outputs: containerFacts(outputs, found) };
  },
  update: async ({ id, newInputs }, changed, { docker }) => {
    const made = docker.getContainer(id);
    if (changed.has("mustRun") && flagOf(newInputs, "mustRun") && flagOf(newInputs, "start")) await startIt(made);
    if (LIVE.some((name) => changed.has(name))) await made.update({ ...limitsOf(newInputs), RestartPolicy: restartOf(newInputs) });
  },
  delete: async ({ id, outputs }, { docker, signal }) => {
    const made = docker.getContainer(id);
    // Without grace it is killed at once, as by the official provider.
    if (!flagOf(outputs, "attach"))
      await ignoring([304, 404], made.stop({ t: numberOf(outputs, "destroyGraceSeconds") ?? 0, abortSignal: signal }));
    await ignoring([404, 409], made.remove({ v: flagOf(outputs, "removeVolumes"), force: true }));
    while (await orGone(made.inspect())) await pause(GOING_MS, signal);
  },
};

/** By itself the client writes everything into the address, too, and addresses are logged. */
function asRequest({ name, platform, ...body }: ContainerCreateOptions): ContainerCreateOptions {
  const query = { ...(name !== undefined && { name }), ...(platform !== undefined && { platform }) };
  return { _query: query, _body: body } as ContainerCreateOptions;
}
async function start(made: Container, inputs: Props, site: Site): Promise<void> {
  const networks = objectsOf(inputs, "networksAdvanced");
  if (networks.length > 0) {
    await site.docker
      .getNetwork("bridge")
      .disconnect({ Container: made.id, Force: false })
      .catch((error: unknown) => {
        if (!messageOf(error).includes("is not connected to")) throw error;
      });
  }
  for (const network of networks) {
    const name = textOf(network, "name") ?? "";
    await site.docker
      .getNetwork(name)
      .connect({ Container: made.id, EndpointConfig: endpointOf(network) })
      .catch((error: unknown) => {
        throw new Error(`Unable to connect to network '${name}': ${messageOf(error)}`, { cause: error });
      });
  }
  if (!flagOf(inputs, "start")) return;
  await startIt(made);
  const say = (line: string): void => {
    site.log("info", line);
  };
  if (flagOf(inputs, "wait")) await healthy(made, numberOf(inputs, "waitTimeout") ?? 0, site.signal, say);
  if (flagOf(inputs, "attach")) await ended(made, site);
}
async function startIt(made: Container): Promise<void> {
  await ignoring([304], made.start()).catch((error: unknown) => {
    throw new Error(`Unable to start container: ${messageOf(error)}`, { cause: error });
  });
}
async function ended(made: Container, { signal }: Site): Promise<void> {
  for (let found: ContainerInspectInfo = await made.inspect(); found.State.Running; found = await made.inspect()) await pause(1000, signal);
}

async function ignoring(statuses: number[], work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!statuses.includes((error as { statusCode?: number }).statusCode ?? 0) && !isGone(error)) throw error;
  }
}
function messageOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: string } | null; message: string };
  return json?.message === undefined ? message : `Error response from daemon: ${json.message}`;
}
