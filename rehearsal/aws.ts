import { awsEmulatorImage } from "./apps/aws-emulator-image";
import { dataImage, POSTGRES_VERSION } from "./apps/data-image";
import type { Props } from "./engine";
import { type AwsEmulator, type AwsTask, type Estate, type Registry, runAwsTask, type Run, startAwsEmulator } from "./machines";
import { isGroup } from "./outputs";
import { standingIn } from "./status";
import type { LocalReleases, StackToRehearse } from "./world";

/** What takes the place of AWS. */
export interface Aws {
  emulator: AwsEmulator;
  /** The ids of its hosted zones, by name. */
  zones: ReadonlyMap<string, string>;
}

/**
 * Starts an emulator where a stack has a system in AWS, with the hosted zones that it needs.
 *
 * @throws when what a stack has made there was lost, because the emulator has ended since.
 */
export async function startAws(estate: Estate, stacks: readonly StackToRehearse[], run: Run): Promise<Aws> {
  const emulator = await startAwsEmulator(estate, await awsEmulatorImage(run), run);
  const standing = standingIn(estate.stateDir);
  const lost = stacks.find(({ stack, aws }) => aws.some(({ system }) => standing[stack]?.systems.includes(system)));
  if (emulator.isNew && lost)
    throw new Error(
      `the AWS emulator was started anew and has forgotten what stack ${lost.stack} had there. ` +
        `Take the rehearsal down (npx flowfleet rehearse --stack ${lost.stack} --down), then bring it up again`,
    );
  const names = stacks.flatMap(({ aws }) => aws.flatMap(({ zone }) => zone?.name ?? []));
  const zones = new Map<string, string>();
  for (const name of names) zones.set(name, await emulator.zone(name, run));
  return { emulator, zones };
}

/** Variable of a task that has the password of its database's master user: the guide's name. */
const PASSWORD = "DATABASE_PASSWORD";

/**
 * One task of a stack's service in AWS, on this machine's Docker, and where it is asked for its health; `undefined` where there is none.
 *
 * @param outputs Of the stack: they tell which service it is.
 */
export async function runTask(
  { aws: [first] }: StackToRehearse,
  outputs: Props,
  { estate, aws, registry, built }: { estate: Estate; aws: Aws | undefined; registry: Registry | undefined; built: LocalReleases },
  run: Run,
): Promise<(AwsTask & { healthUrl: string }) | undefined> {
  const output = first && outputs[first.system];
  if (!aws || !isGroup(output) || !isGroup(output["aws"])) return undefined;
  const { region, cluster, service } = output["aws"] as Record<string, string>;
  if (region === undefined || cluster === undefined || service === undefined) return undefined;
  const running = await runAwsTask(estate, aws.emulator, {
    ...{ region, cluster, service, password: PASSWORD, ...run },
    postgres: () => dataImage({ system: "flowstack", service: "postgres", version: POSTGRES_VERSION }, run),
    fetch: async (image) => {
      // By way of a mirror it has another name than in the registry.
      const known = built.images.find(({ digest }) => image.endsWith(`@${digest}`));
      return registry ? registry.fetch(known ? `${known.image}@${known.digest}` : image, run) : image;
    },
  });
  if (!running) return undefined;
  const { pathname } = new URL(typeof output["healthUrl"] === "string" ? output["healthUrl"] : running.url);
  return { ...running, healthUrl: `${running.url}${pathname}` };
}
