/** `docker:index/remoteImage:RemoteImage`: an image is on the machine. */
import type { Props } from "../../engine";
import { haveImage, repoDigest } from "./images";
import { isGone, orGone, type ResourceType } from "./resource";
import { asOutputs, type Fields } from "./schema";
import { flagOf, textOf } from "./values";

const FIELDS: Fields = {
  name: { kind: "text", required: true, replaces: true },
  build: { kind: { one: {} }, unserved: true },
  forceRemove: { kind: "flag" },
  keepLocally: { kind: "flag" },
  platform: { kind: "text", default: "", replaces: true },
  pullTriggers: { kind: "textSet", replaces: true },
  triggers: { kind: "map", replaces: true },
  imageId: { kind: "text", output: true },
  repoDigest: { kind: "text", output: true },
};
const nameOf = (props: Props): string => textOf(props, "name") ?? "";

export const remoteImage: ResourceType = {
  fields: FIELDS,
  autonamed: false,
  deleteBeforeReplace: false,
  create: async ({ inputs }, site) => {
    const name = nameOf(inputs);
    const image = await haveImage(name, textOf(inputs, "platform"), site);
    const id = image.Id + name;
    return { id, outputs: { ...asOutputs(FIELDS, inputs), id, imageId: image.Id, repoDigest: repoDigest(name, image) } };
  },
  read: async ({ outputs }, { docker }) => {
    const name = nameOf(outputs);
    const image = await orGone(docker.getImage(name).inspect());
    if (!image) return undefined;
    const id = image.Id + name;
    return { id, outputs: { ...outputs, id, imageId: image.Id, repoDigest: repoDigest(name, image) } };
  },
  update: async ({ newInputs }, _changed, site) => {
    await haveImage(nameOf(newInputs), textOf(newInputs, "platform"), site);
  },
  delete: async ({ outputs }, { docker }) => {
    if (flagOf(outputs, "keepLocally")) return;
    await docker
      .getImage(nameOf(outputs))
      .remove({ force: flagOf(outputs, "forceRemove") })
      .catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
  },
};
