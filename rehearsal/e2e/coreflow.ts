/** CoreFlow on a throwaway server of its own, and what tests ask of it. */
import * as path from "node:path";
import type { Result } from "../engine";
import { readJson } from "../private-file";
import { pause } from "./load";
import { request, type Answer, type Ask } from "./request";
import { type Change, type SourceRelease, type SourceService, succeeded, World } from "./world";

export const STACK = "prod";
export const DOMAIN = "coreflow.example.com";
/** What is asked here is under way for a second, at each of its services. */
export const SLOW = "/slow?seconds=1";
/** As its page has it: PM2 hands its caller's variables on. */
export const AS_USER = 'cd / && runuser -u coreflow -- env -i PATH="$PATH" HOME=/opt/coreflow PM2_HOME=/opt/coreflow/.pm2';
/** Short, so that a release that never gets ready is known soon; the first one starts while all others do, beside another world. */
const BRIEF = {
  "flowfleet:coreflow.services.cms-service.deadline": "45 seconds",
  "flowfleet:coreflow.services.cms-service.drain": "10 seconds",
};

/** Processes of each service; the letter behind the name says which of a service's two releases it is. */
export const INSTANCES: Readonly<Record<string, number>> = {
  "api-gateway": 2,
  "cms-service": 2,
  "ai-service": 1,
  "blockchain-service": 2,
  "payments-service": 2,
  "coreflow-dashboard": 2,
};
/** Its containers, as `containers()` gives them. */
export const HEALTHY = ["kafka", "kafka-ui", "pgadmin", "postgres", "redis", "schema-registry", "zookeeper"].map(
  (one) => `coreflow-${one} healthy`,
);

export class CoreFlow {
  /** What serves, where it is not what was built first. */
  serving: Partial<Record<SourceService, SourceRelease>> = {};

  /** In a world that has it. */
  constructor(readonly world: World) {}

  static async open(folder?: string): Promise<CoreFlow> {
    const coreflow = new CoreFlow(await World.open([STACK], { systems: ["coreflow"], ...(folder && { folder }) }));
    succeeded(await coreflow.up());
    return coreflow;
  }

  /** With what serves, unless told otherwise. */
  up(releases: Change["releases"] = {}): Promise<Result> {
    return this.world.up(STACK, { config: BRIEF, releases: { ...this.serving, ...releases } });
  }

  /** From now on that is what serves. */
  async deploy(service: SourceService, release: SourceRelease): Promise<void> {
    succeeded(await this.up({ [service]: release }));
    this.serving = { ...this.serving, [service]: release };
  }

  /** As root on the server. */
  on(command: string, options: Parameters<World["on"]>[2] = {}): Promise<string> {
    return this.world.on(this.world.machine(), command, { timeout: 120_000, ...options });
  }

  ask(path: string, more: Ask = {}): Promise<Answer> {
    return request(this.world, STACK, path, more);
  }

  /**
   * From the server itself, with one of its addresses as the client's: `10.92.1.1`, in the network of its containers, is one of the guide's
   * `10.0.0.0/8`, `127.0.0.1` is in none of its networks. Gives the body, and the status in a line of its own.
   */
  from(address: "10.92.1.1" | "127.0.0.1", path: string, options = ""): Promise<string> {
    const to = `--interface ${address} --resolve ${DOMAIN}:443:${address}`;
    return this.on(`curl -sk ${to} ${options} -w '\n%{http_code}' 'https://${DOMAIN}${path}'`);
  }

  /** Name and state of each container, without since when. */
  async containers(): Promise<string[]> {
    const lines = (await this.on("docker ps --all --format '{{.Names}} {{.Status}}'")).trim().split("\n");
    return lines.map((line) => line.replace(/ Up .* \(healthy\)$/, " healthy")).sort();
  }

  /** What a service says of itself at its own port of the server. */
  async version(port: number): Promise<string> {
    return (JSON.parse(await this.on(`curl -fsS http://127.0.0.1:${port}/version`)) as { version: string }).version;
  }

  /** Name of each process in PM2, all of them online, how often it was started anew, and its process number. */
  async processes(): Promise<{ name: string; pid: number; restarts: number }[]> {
    const listed = await this.on(`${AS_USER} pm2 jlist`);
    const all = JSON.parse(listed.slice(listed.indexOf("["))) as {
      name: string;
      pid: number;
      pm2_env: { status: string; restart_time: number };
    }[];
    return all.map(({ name, pid, pm2_env: { status, restart_time: restarts } }) => ({
      name: status === "online" ? name : `${name} ${status}`,
      pid,
      restarts,
    }));
  }

  /** How many processes of each service are online. */
  async running(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { name } of await this.processes()) {
      const service = name.replace(/-[ab]$/, "");
      counts[service] = (counts[service] ?? 0) + 1;
    }
    return counts;
  }

  /** Of its services, as their file has them, and those of its configuration; of an address the password. */
  async secrets(): Promise<string[]> {
    const text = await this.on("sed -n \"s/^[A-Z_]*='\\?\\([^']*\\)'\\?$/\\1/p\" /opt/coreflow/.env");
    const file = path.join(this.world.prepared.estate.stateDir, `secrets-${STACK}.json`);
    const given = Object.entries(readJson<Record<string, string>>(file) ?? {}).filter(([name]) => name.includes("coreflow"));
    const values = [...new Set([...text.split("\n"), ...given.map(([, value]) => value)])].filter((value) => value.length >= 16);
    return values.map((value) => /:\/\/[^@]*:([^@]+)@/.exec(value)?.[1] ?? value).filter((value) => !/^https?:\/\/[\d.]+:\d+$/.test(value));
  }

  /** Waits until each service answers and nginx does. */
  async serves(seconds = 120): Promise<void> {
    const local = [3000, 3001, 8000, 3002, 8080, 3003].map((port) => `curl -fsS -m 5 -o /dev/null http://127.0.0.1:${port}/health`);
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const printed = await this.on(`${local.join(" && ")} && echo all`, { check: false });
      if (printed.endsWith("all\n")) return;
      if (Date.now() > end) throw new Error(`within ${seconds} s: ${printed}`);
      await pause(1000);
    }
  }
}
