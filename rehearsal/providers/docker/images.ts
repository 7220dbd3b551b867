/** Images on the daemon's machine: found, or pulled. */
import type { ImageInspectInfo } from "dockerode";
import { orGone, type Site } from "./resource";
import { loginFor } from "./settings";

export async function haveImage(name: string, platform: string | undefined, site: Site): Promise<ImageInspectInfo> {
  const { docker } = site;
  const present = await orGone(docker.getImage(name).inspect());
  if (present) return present;
  site.log("info", `pulling ${name}`);
  await pull(name, platform, site);
  const pulled = await orGone(docker.getImage(name).inspect());
  if (!pulled) throw new Error(`unable to find or pull image ${name}`);
  return pulled;
}

async function pull(name: string, platform: string | undefined, { docker, settings, signal }: Site): Promise<void> {
  const auth = loginFor(settings, name);
  try {
    const stream = await docker.pull(name, { abortSignal: signal, ...(platform && { platform }), ...(auth && { authconfig: auth }) });
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, (error, events: { error?: string }[] | null) => {
        // Once it has begun to answer, the daemon tells a failure as one of its lines.
        const failed = (events ?? []).find((event) => event.error !== undefined)?.error;
        if (error) reject(error);
        else if (failed !== undefined) reject(new Error(failed));
        else resolve();
      });
    });
  } catch (error) {
    const { json, message } = error as { json?: { message?: string }; message: string };
    throw new Error(`unable to pull image ${name}: ${json?.message ?? message}`, { cause: error });
  }
}

/** Of an image with several, the one of the repository that it is called by. */
export function repoDigest(name: string, { RepoDigests: digests }: ImageInspectInfo): string {
  const repository = name.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
  const found = (digests as string[] | null) ?? [];
  return found.find((digest) => digest.startsWith(`${repository}@`)) ?? (found.length === 1 ? (found[0] ?? "") : "");
}
