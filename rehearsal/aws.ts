import { awsEmulatorImage } from "./apps/aws-emulator-image";
import { type AwsEmulator, type Estate, type Run, startAwsEmulator } from "./machines";
import { standingIn } from "./status";
import type { StackToRehearse } from "./world";

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
