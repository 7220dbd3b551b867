/** The Flatlogic VM on a throwaway server, as its tests see it. */
import { type Mode, NAMES } from "../../stacks/flatlogic/guide";
import type { Result } from "../engine";
import { eventually } from "./faults";
import { type Change, type SourceRelease, World } from "./world";

const STACK = "dev";
export const HOME = "/home/flatlogic";
export const WORKSPACE = `${HOME}/executor/workspace`;
export const NGINX = "http://127.0.0.1:8080";
export const PATHS = ["/", "/api-docs/", "/api/version"];
/** As the page has it: PM2 hands its caller's variables on. */
export const AS_USER = `cd / && runuser -u flatlogic -- env -i PATH="$PATH" HOME=${HOME} PM2_HOME=${HOME}/.pm2`;

export class Flatlogic {
  /** What `up` brings, until a test names another. */
  workspace: SourceRelease;

  private constructor(readonly world: World) {
    this.workspace = world.builtCommit("workspace");
  }

  static async open(folder?: string): Promise<Flatlogic> {
    return new Flatlogic(await World.open([STACK], { systems: ["flatlogic"], ...(folder && { folder }) }));
  }

  on(command: string, options: Parameters<World["on"]>[2] = {}): Promise<string> {
    return this.world.on(this.world.machine(), command, { timeout: 180_000, ...options });
  }

  up(change: Change = {}): Promise<Result> {
    return this.world.up(STACK, { releases: { workspace: this.workspace }, ...change });
  }

  async version(): Promise<string> {
    return (JSON.parse(await this.on(`curl -fsS ${NGINX}/api/version`)) as { version: string }).version;
  }

  serves(seconds = 120): Promise<void> {
    const ask = `${PATHS.map((one) => `curl -fsS -o /dev/null ${NGINX}${one}`).join(" && ")} && echo all`;
    return eventually(async () => (await this.on(ask, { check: false })).endsWith("all\n"), true, seconds);
  }

  /** Name and state of each process in PM2. */
  async processes(): Promise<string[]> {
    const listed = await this.on(`${AS_USER} pm2 jlist`);
    const all = JSON.parse(listed.slice(listed.indexOf("[{"))) as { name: string; pm2_env: { status: string } }[];
    return all.map(({ name, pm2_env: { status } }) => `${name} ${status}`).sort();
  }

  /** Of the backend, as its file has them. */
  async secrets(): Promise<string[]> {
    const found = await this.on(`sed -n "s/^[A-Z_]*='\\?\\([^']*\\)'\\?$/\\1/p" /etc/flowfleet/flatlogic/backend.env`);
    return found.split("\n").filter((value) => value.length >= 16);
  }

  /** Changes and commit of the workspace. */
  async state(): Promise<string> {
    return this.on(
      `runuser -u flatlogic -- git -C ${WORKSPACE} status --porcelain --untracked-files=no; git -c safe.directory='*' -C ${WORKSPACE} rev-parse HEAD`,
    );
  }
}

/** What `processes` gives where all is well. */
export const online = (mode: Mode): string[] =>
  Object.values(NAMES[mode])
    .map((name) => `${name} online`)
    .sort();
