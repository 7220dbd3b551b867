import * as path from "node:path";
import type { Estate, Registry } from "./machines";
import { readJson, writePrivate } from "./private-file";
import type { LocalImage, StackToRehearse } from "./world";

type Built = StackToRehearse["images"][number] & { /** Name in the local Docker. */ local: string };
type Remembered = Record<string, LocalImage & { local: string }>;

/** Puts the images into the registry under their production names. What is there already is not pushed again and keeps its time. */
export async function pushed(estate: Estate, registry: Registry, images: Built[], signal: AbortSignal): Promise<LocalImage[]> {
  const file = path.join(estate.stateDir, "images.json");
  const known = readJson<Remembered>(file) ?? {};
  const after: Remembered = {};
  for (const image of images) {
    const before = known[image.image];
    after[image.image] =
      before?.local === image.local
        ? before
        : {
            ...image,
            digest: await registry.push(image.local, image.image, { signal }),
            builtAt: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
          };
  }
  if (JSON.stringify(known) !== JSON.stringify(after)) writePrivate(file, JSON.stringify(after, null, 2));
  return Object.values(after);
}
