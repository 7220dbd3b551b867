/** `docker:index/volume:Volume`. */
import type { VolumeInspectInfo } from "dockerode";
import type { Props } from "../../engine";
import { isGone, orGone, pause, type ResourceType } from "./resource";
import { asOutputs, type Fields } from "./schema";
import { labelsOf, mapOf, textOf } from "./values";

const FIELDS: Fields = {
  name: { kind: "text", replaces: true, computed: true },
  driver: { kind: "text", replaces: true, computed: true },
  driverOpts: { kind: "map", replaces: true },
  labels: {
    kind: { set: { label: { kind: "text", required: true, replaces: true }, value: { kind: "text", required: true, replaces: true } } },
    replaces: true,
  },
  // Of swarms.
  cluster: { kind: { one: {} }, unserved: true },
  mountpoint: { kind: "text", output: true },
};
/** How long the last container with it may take to go. */
const IN_USE_MS = 30_000;

export const volume: ResourceType = {
  fields: FIELDS,
  autonamed: true,
  deleteBeforeReplace: false,
  create: async ({ inputs }, { docker }) => {
    const name = textOf(inputs, "name") ?? "";
    const driver = textOf(inputs, "driver");
    await docker.createVolume({
      Name: name,
      Labels: labelsOf(inputs, "labels"),
      DriverOpts: mapOf(inputs, "driverOpts"),
      ...(driver !== undefined && { Driver: driver }),
    });
    const known = asOutputs(FIELDS, inputs);
    return { id: name, outputs: { ...facts(known, await docker.getVolume(name).inspect()), driverOpts: known["driverOpts"] ?? null } };
  },
  read: async ({ id, outputs }, { docker }) => {
    const found = await orGone(docker.getVolume(id).inspect());
    return found && { id: found.Name, outputs: facts(outputs, found) };
  },
  update: () => Promise.resolve(),
  delete: async ({ id }, { docker, signal }) => {
    for (const deadline = Date.now() + IN_USE_MS; ;) {
      try {
        await docker.getVolume(id).remove();
        return;
      } catch (error) {
        if (isGone(error)) return;
        if ((error as { statusCode?: number }).statusCode !== 409 || Date.now() > deadline) throw error;
      }
      await pause(1000, signal);
    }
  },
};

function facts(known: Props, found: VolumeInspectInfo): Props {
  const options = found.Options;
  return {
    ...known,
    id: found.Name,
    name: found.Name,
    driver: found.Driver,
    driverOpts: { ...options },
    labels: Object.entries((found.Labels as Record<string, string> | null) ?? {}).map(([label, value]) => ({ label, value })),
    mountpoint: found.Mountpoint,
  };
}
