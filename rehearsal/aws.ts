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
 * Starts an emulator where a stack has something in AWS, with the hosted zones that it needs.
 *
 * @throws when what a stack has made there was lost, because the emulator has ended since.
 */
export async function startAws(estate: Estate, stacks: readonly StackToRehearse[], run: Run): Promise<Aws> {
  const emulator = await startAwsEmulator(estate, await awsEmulatorImage(run), run);
  const standing = standingIn(estate.stateDir);
  const lost = stacks.find(({ stack, aws }) => aws.some(({ part }) => standing[stack]?.aws?.includes(part)));
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
/** The one with those who vouch for its database: Flowise's name. */
const AUTHORITIES = "DATABASE_SSL_KEY_BASE64";

/** A service in AWS of which a task runs here. */
export interface ServiceInAws {
  system: string;
  region: string;
  cluster: string;
  service: string;
  healthUrl: string;
}

/** @param outputs Of the stack: they tell which service it is. @returns `undefined` where it has none, or none whose task runs here. */
export function serviceInAws({ aws }: StackToRehearse, outputs: Props): ServiceInAws | undefined {
  const system = aws.find(({ alone }) => alone)?.part ?? "";
  const output = outputs[system];
  if (!isGroup(output) || !isGroup(output["aws"])) return undefined;
  const { region, cluster, service } = output["aws"] as Record<string, string>;
  const { healthUrl } = output as Record<string, string>;
  if (region === undefined || cluster === undefined || service === undefined || healthUrl === undefined) return undefined;
  return { system, region, cluster, service, healthUrl };
}

/**
 * One task of a service in AWS, on this machine's Docker, and where it is asked for its health.
 *
 * @returns `undefined` where its database is not in the emulator.
 */
export async function runTask(
  { region, cluster, service, healthUrl }: ServiceInAws,
  { estate, aws, registry, built }: { estate: Estate; aws: Aws | undefined; registry: Registry | undefined; built: LocalReleases },
  run: Run,
): Promise<(AwsTask & { healthUrl: string }) | undefined> {
  if (!aws) return undefined;
  const running = await runAwsTask(estate, aws.emulator, {
    ...{ region, cluster, service, password: PASSWORD, authorities: AUTHORITIES, ...run },
    postgres: () => dataImage({ system: "flowstack", service: "postgres", version: POSTGRES_VERSION }, run),
    fetch: async (image) => {
      // By way of a mirror it has another name than in the registry.
      const known = built.images.find(({ digest }) => image.endsWith(`@${digest}`));
      return registry ? registry.fetch(known ? `${known.image}@${known.digest}` : image, run) : image;
    },
  });
  if (!running) return undefined;
  return { ...running, healthUrl: `${running.url}${new URL(healthUrl).pathname}` };
}
