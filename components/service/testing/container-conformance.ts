import type { Container } from "../../kernel/container";

/** What an implementation makes of a container, in words of neither: what a test of both can compare. */
export interface RunContainer {
  image: string;
  port: number;
  user: string;
  readOnly: boolean;
  limits: { cpus: number; megabytes: number };
  environment: Record<string, string>;
  /** Names of the secret variables that it is given. */
  secrets: string[];
  /** Everything that others than the container's own user can read. */
  readable: string;
  /** Asked until it answers, before a release serves; and the check of its own. */
  gate: { path: string; command: string; interval: number; timeout: number; retries: number; startPeriod: number };
  /** A release that does not become healthy leaves the one before serving. */
  goesBack: boolean;
  /** Seconds. */
  drain: number;
  stopTimeout: number;
  /** Folders that outlive the container, and those that end with it. */
  staying: string[];
  ending: string[];
  /** What bounds its logs. */
  logs: unknown;
  interruption: string;
  release: string;
  /** Where it can run several at once: how many, when there are more of them, and whether a release leaves their number as it is. */
  scaling?: { least: number; most: number; cpu: number; leftAlone: boolean };
}

/** A secret in it must be in nothing that others read. */
export const CANARY = "canary-5f2c";
const DIGEST = `sha256:1a2b3c4d${"0".repeat(56)}`;

/** The container that both run, with a secret `PASSWORD` and a folder `/data` that stays. */
export const SAMPLE: Container = {
  project: "shop-prod",
  service: "api",
  release: { image: "registry.example.com/shop/api", digest: DIGEST, builtAt: "2026-11-20T10:00:00Z" },
  port: 8000,
  user: "10001:10001",
  limits: { cpus: 1, memory: "2 GB" },
  environment: { LEVEL: "info" },
  tmpfs: { "/tmp": "64 MB" },
  health: {
    path: "/ready",
    command: "wget -qO- http://127.0.0.1:8000/ready",
    interval: "10 seconds",
    timeout: "5 seconds",
    retries: 3,
    startPeriod: "20 seconds",
  },
  overlap: "never",
  drain: "45 seconds",
  stopTimeout: "1 minute",
};

/** How many of it run, where that can be said. */
export const SCALED = { min: 3, max: 5, cpu: 55 };

/**
 * What `Container` promises, whoever runs it. A suite of one implementation is only this call.
 *
 * @param run Registers the sample, with its secret and its folder, and with `SCALED` where it can run several; tells what came of it.
 * @param scales Whether it can. One machine runs one of each.
 */
export function itRunsContainers(run: () => Promise<RunContainer>, { scales = false } = {}): void {
  let found: RunContainer;
  beforeAll(async () => {
    found = await run();
  }, 120_000);

  it("runs the image by its digest, as the user, within the limits", () => {
    const { image, port, user, readOnly, limits } = found;
    expect({ image, port, user, readOnly, limits }).toEqual({
      image: `registry.example.com/shop/api@${DIGEST}`,
      port: 8000,
      user: "10001:10001",
      readOnly: true,
      limits: { cpus: 1, megabytes: 2048 },
    });
    expect(found.release).toBe(found.image);
  });

  it("lets a release serve only when it is healthy, and leaves the one before when it is not", () => {
    const { path, command } = SAMPLE.health;
    expect(found.gate).toEqual({ path, command, interval: 10, timeout: 5, retries: 3, startPeriod: 20 });
    expect(found.goesBack).toBe(true);
  });

  it("gives public variables as they are, and secrets where nobody else reads them", () => {
    expect(found.environment).toEqual({ LEVEL: "info" });
    expect(found.secrets).toEqual(["PASSWORD"]);
    expect(found.readable).not.toContain(CANARY);
  });

  it("keeps one folder, and forgets the other", () => {
    expect([found.staying, found.ending]).toEqual([["/data"], ["/tmp"]]);
  });

  it("lets requests end, and says what a change does to users", () => {
    expect([found.drain, found.stopTimeout]).toEqual([45, 60]);
    expect(found.interruption).toMatch(
      /^down from the stop of the old release \(at most 60 s\) until the new one is healthy \(at most 65 s\)/,
    );
  });

  it("bounds its logs", () => {
    expect(found.logs).toBeTruthy();
  });

  it(scales ? "runs as many as the load asks for, whatever a release says" : "runs one, whatever the load", () => {
    const { min, max, cpu } = SCALED;
    expect(found.scaling).toEqual(scales ? { least: min, most: max, cpu, leftAlone: true } : undefined);
  });
}
