import { reasons, type Change, type World } from "./world";
import { pause } from "./load";
import { snapshot } from "./snapshot";
import type { EngineEvent, Result } from "../engine";
import { checkout } from "../../cli/checkout";
import { type AllowedHost, builtinProviders } from "../providers";

/** Runs something that must fail and must leave the machine as it was. Gives the reasons. */
export async function refused(world: World, run: () => Promise<Result>): Promise<string> {
  const before = await snapshot(world, world.machine());
  const result = await run();
  expect(result.succeeded).toBe(false);
  expect(await snapshot(world, world.machine())).toBe(before);
  return reasons(result);
}

/** Providers that reach these machines with the keys of this agent, in the place of the world's own. */
export const reaching = (hosts: AllowedHost[], sshAgent: string): NonNullable<Change["engine"]> => ({
  providers: builtinProviders({ hosts, localDirs: [checkout], sshAgent }),
  env: { SSH_AUTH_SOCK: sshAgent },
});

/** What a step says while it runs. Other events carry what it said the last time. */
const spoken = ({ diagnosticEvent }: EngineEvent): string => diagnosticEvent?.message ?? "";

/** Calls `act` as soon as a run says `words`. `acted` ends when it has ended, and fails where the run never said them. */
export function when(words: string, act: () => Promise<unknown>): { onEvent: (event: EngineEvent) => void; acted: () => Promise<unknown> } {
  let acting: Promise<unknown> | undefined;
  return {
    onEvent: (event) => {
      if (spoken(event).includes(words)) acting ??= act();
    },
    acted: () => acting ?? Promise.reject(new Error(`the run never said "${words}"`)),
  };
}

/** Keeps what a run says. */
export function listener(): { onEvent: (event: EngineEvent) => void; text: () => string } {
  const heard: string[] = [];
  return { onEvent: (event) => void heard.push(spoken(event)), text: () => heard.join("\n") };
}

/** Ends when `look` gives what is wanted; fails with what it gave last. */
export async function eventually<T>(look: () => Promise<T>, wanted: T, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (let found = await look(); ; found = await look()) {
    if (found === wanted || Date.now() > end) {
      expect(found).toBe(wanted);
      return;
    }
    await pause(1000);
  }
}

/** A folder of the machine on a small disk of its own, which is full. */
export class FullDisk {
  private constructor(
    private readonly world: World,
    private readonly folder: string,
  ) {}

  static async over(world: World, folder: string): Promise<FullDisk> {
    const disk = new FullDisk(world, folder);
    const fill = `dd if=/dev/zero of=${folder}/.filled bs=1k 2>&1 | grep 'No space left'`;
    await disk.moving(`mount -t tmpfs -o size=256k none ${folder}`, fill);
    return disk;
  }

  /** Somebody makes room. */
  async free(): Promise<void> {
    await this.world.on(this.world.machine(), `rm -f ${this.folder}/.filled`);
  }

  /** The folder is where it was, with what is in it now. */
  async gone(): Promise<void> {
    await this.free();
    await this.moving(`umount ${this.folder}; find ${this.folder} -mindepth 1 -delete`, "true");
  }

  private async moving(change: string, then: string): Promise<void> {
    const { folder } = this;
    const kept = "kept=$(mktemp -d)";
    await this.world.on(
      this.world.machine(),
      `set -e; ${kept}; cp -a ${folder}/. $kept/; ${change}; cp -a $kept/. ${folder}/; rm -rf $kept; ${then}`,
    );
  }
}
