/** Flowra on a throwaway server of its own, in either of its modes, and what tests ask of it and do to it. */
import { pause } from "./load";
import { addPerson, logIn, PERSON, type Tokens } from "./keycloak";
import { request, type Answer, type Ask } from "./request";
import { type Change, type ImageRelease, succeeded, World } from "./world";

export const STACK = "prod";
/** One address asks as much as many users do. */
export const UNLIMITED = { "flowfleet:flowra.rateLimit.perSecond": 100_000, "flowfleet:flowra.rateLimit.burst": 100_000 };

/** A WebSocket is silent for longer than the minute after which nginx by itself would end it, and so would the guide's settings. */
const SILENT = {
  "flowfleet:flowra.variables.FLOWRA_WEBSOCKET_PING_INTERVAL": "80s",
  "flowfleet:flowra.variables.FLOWRA_WEBSOCKET_PONG_TIMEOUT": "100s",
};

export type Mode = "containers" | "systemd";
export type Releases = NonNullable<Change["releases"]>;

export const DATA = ["mongodb", "redis", "keycloak", "keycloak-db"] as const;
export const PROCESSES = ["api", "worker", ...DATA] as const;
export type Process = (typeof PROCESSES)[number];

export class Flowra {
  /** What serves. */
  serving: Releases = {};
  private first: Releases = {};

  private constructor(
    readonly world: World,
    readonly mode: Mode,
    /** On top of the stack's file and of what all suites have. */
    public config: NonNullable<Change["config"]>,
  ) {}

  /** Services on their machine alone have a world of their own; containers are in the one of all suites about them. */
  static async open(mode: Mode, config: NonNullable<Change["config"]> = {}): Promise<Flowra> {
    const folder = mode === "systemd" ? { folder: "e2e-flowra-systemd" } : {};
    const world = await World.open([STACK], { systems: ["flowra"], ...folder });
    const flowra = new Flowra(world, mode, config);
    flowra.first = mode === "systemd" ? await flowra.release("v1") : flowra.builtImages();
    flowra.serving = flowra.first;
    succeeded(await flowra.up());
    await addPerson(world, STACK, PERSON);
    return flowra;
  }

  /** With what serves, unless told otherwise. */
  up(change: Change = {}): ReturnType<World["up"]> {
    return this.world.up(STACK, this.changed(change));
  }

  preview(change: Change = {}): ReturnType<World["preview"]> {
    return this.world.preview(STACK, this.changed(change));
  }

  private changed(change: Change): Change {
    const config = { ...SILENT, "flowfleet:flowra.mode": this.mode, ...this.config, ...change.config };
    return { ...change, config, releases: { ...this.serving, ...change.releases } };
  }

  /** As root on the server. */
  on(command: string, options: { timeout?: number; input?: string; check?: boolean } = {}): Promise<string> {
    return this.world.on(this.world.machine(), command, { timeout: 120_000, ...options });
  }

  ask(path: string, more: Ask = {}): Promise<Answer> {
    return request(this.world, STACK, path, more);
  }

  async version(): Promise<string> {
    return (JSON.parse((await this.ask("/api/v1/version")).body) as { version: string }).version;
  }

  logIn(): Promise<Tokens> {
    return logIn(this.world, STACK, PERSON);
  }

  /** Another version of the API, the worker and the migrator. */
  async release(version: string, startup?: "never" | "bad-migration" | "bad-worker"): Promise<Releases> {
    if (this.mode === "systemd") return { application: await this.world.archive(version, startup) };
    const image = (service: "api" | "worker" | "migrator"): Promise<ImageRelease> =>
      this.world.release({ service, version, ...(startup && { startup }) });
    return { api: await image("api"), worker: await image("worker"), migrator: await image("migrator") };
  }

  /** The first version, on purpose. */
  rollback(): Releases {
    return Object.fromEntries(Object.entries(this.first).map(([service, release]) => [service, { ...release, rollback: true }]));
  }

  private builtImages(): Releases {
    const { world } = this;
    return { api: world.builtRelease("api"), worker: world.builtRelease("worker"), migrator: world.builtRelease("migrator") };
  }

  processes(): Process[] {
    return [...PROCESSES];
  }

  /** The numbers of their main processes on the server. */
  async pids(processes: readonly Process[]): Promise<Map<Process, string>> {
    const printed = await this.on(processes.map((process) => this.pidCommand(process)).join("; "));
    const lines = printed.trim().split("\n");
    return new Map(processes.map((process, index) => [process, lines[index] ?? ""]));
  }

  private pidCommand(process: Process): string {
    if (this.isUnit(process)) return `systemctl show flowra-${process} --property MainPID --value`;
    const name = process === "api" || process === "worker" ? `^flowra-${process}-` : `^flowra-${process}$`;
    return `docker inspect --format '{{.State.Pid}}' "$(docker ps --quiet --filter name='${name}')" 2>/dev/null || echo none`;
  }

  private isUnit(process: Process): boolean {
    return this.mode === "systemd" && (process === "api" || process === "worker");
  }

  async signal(name: "KILL" | "STOP", pids: Map<Process, string>): Promise<void> {
    await this.on(`kill -${name} ${[...pids.values()].join(" ")}`);
  }

  /** Seconds until each of them is another process and does its work; "in vain" for what does not within the limit. */
  async healed(
    before: Map<Process, string>,
    seconds: number,
    works = (process: Process): Promise<boolean> => this.works(process),
  ): Promise<Record<string, number | "in vain">> {
    const began = Date.now();
    const waiting = new Set(before.keys());
    const found: Record<string, number | "in vain"> = {};
    while (waiting.size > 0 && Date.now() - began < seconds * 1000) {
      const pids = await this.pids([...waiting]);
      await Promise.all(
        [...waiting].map(async (process) => {
          const pid = pids.get(process) ?? "";
          if (!/^[1-9]/.test(pid) || pid === before.get(process) || !(await works(process).catch(() => false))) return;
          found[process] = Math.round((Date.now() - began) / 1000);
          waiting.delete(process);
        }),
      );
      await pause(500);
    }
    for (const process of waiting) found[process] = "in vain";
    return found;
  }

  async works(process: Process): Promise<boolean> {
    switch (process) {
      case "api":
        return (await this.ask("/ready", { timeout: 3000 })).status === 200;
      case "worker":
        return (await this.workerVersion()) !== undefined;
      case "mongodb":
      case "redis": {
        const { components } = JSON.parse((await this.ask("/ready", { timeout: 3000 })).body) as { components: Record<string, string> };
        return components[process] === "up";
      }
      case "keycloak":
        return (await this.on("curl -fsS -m 3 http://127.0.0.1:8090/realms/flowra", { check: false })).includes('"realm":"flowra"');
      case "keycloak-db":
        return (await this.on("docker exec flowra-keycloak-db pg_isready --host=127.0.0.1", { check: false })).includes("accepting");
    }
  }

  /** What Flowra keeps: how many messages, and the last of them. */
  async messages(): Promise<{ count: number; messages: unknown[] }> {
    return JSON.parse((await this.ask("/api/v1/messages")).body) as { count: number; messages: unknown[] };
  }

  /** The version of the worker that does what the API is told; nothing where none does. */
  async workerVersion(): Promise<string | undefined> {
    const job = await this.tell();
    return job === undefined ? undefined : this.doneBy(job);
  }

  /** Gives the worker a job, by way of the API. Its number; nothing where the API did not take it. */
  async tell(): Promise<string | undefined> {
    const body = JSON.stringify({ text: "to be worked on" });
    const headers = { "content-type": "application/json" };
    const told = await this.ask("/api/v1/messages", { method: "POST", headers, body, timeout: 3000 });
    return told.status === 201 ? (JSON.parse(told.body) as { id: string }).id : undefined;
  }

  /** The version of the worker that did a job; nothing where it is not done soon. */
  async doneBy(job: string): Promise<string | undefined> {
    for (let left = 20; left > 0; left--) {
      const { status, body } = await this.ask(`/api/v1/jobs/${job}`, { timeout: 3000 });
      if (status === 200) return (JSON.parse(body) as { version: string }).version;
      await pause(100);
    }
    return undefined;
  }

  /** Every container and unit: which instance it is, and where. */
  async standing(): Promise<string[]> {
    const format = "{{.Name}} {{.Id}} {{.State.Status}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    const units =
      this.mode === "systemd" ? "; readlink -e /etc/systemd/system/flowra-api.service /etc/systemd/system/flowra-worker.service" : "";
    const printed = await this.on(`docker ps --all --quiet | xargs docker inspect --format '${format}' | sort${units}`);
    return printed.trim().split("\n");
  }
}
