import * as pulumi from "@pulumi/pulumi";
import { Host } from "./host";
import type { HostArgs } from "./host";
import { HostStep } from "./host-step";
import { record } from "./recording";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const MAIN: HostArgs = { address: "203.0.113.10", hostKey: KEY };

class Part extends pulumi.ComponentResource {
  readonly step: HostStep;
  constructor(name: string, args: Omit<ConstructorParameters<typeof HostStep>[1], "noun" | "document">) {
    super("test:index:Part", name);
    this.step = new HostStep(`${name}-step`, { noun: "files", document: pulumi.output({ size: 1 }), ...args }, { parent: this });
  }
}

const steps = (args: HostArgs, ...names: string[]) =>
  record(() => {
    const host = new Host("main", args);
    names.forEach((name) => new Part(name, { host }));
  });

describe("the connection", () => {
  it("uses the SSH agent, pins the key and gives up soon", async () => {
    const { steps: recorded, outputs } = await steps(MAIN, "a");
    expect(recorded[0]?.inputs["connection"]).toEqual({
      host: "203.0.113.10",
      port: 22,
      user: "deploy",
      hostKey: KEY,
      dialErrorLimit: 6,
      perDialTimeout: 10,
    });
    expect(outputs["main"]).toEqual({ address: "203.0.113.10", port: 22, user: "deploy", hostKey: KEY });
  });

  it("goes through a bastion, whose key is pinned too", async () => {
    const { steps: recorded } = await steps(
      { ...MAIN, bastion: { address: "203.0.113.1", port: 2222, user: "jump", hostKey: ` ${KEY}\n` } },
      "a",
    );
    expect((recorded[0]?.inputs["connection"] as { proxy: unknown }).proxy).toEqual({
      host: "203.0.113.1",
      port: 2222,
      user: "jump",
      hostKey: KEY,
      dialErrorLimit: 6,
      perDialTimeout: 10,
    });
  });

  it("takes a private key only where one is given, as a secret", async () => {
    const { steps: recorded } = await steps({ ...MAIN, privateKey: "PRIVATE" }, "a");
    expect(recorded[0]?.inputs["connection"]).toMatchObject({ privateKey: "PRIVATE" });
    expect(recorded[0]?.secrets).toContain("connection");
  });

  it("is refused without a host key, the bastion's included", async () => {
    await expect(steps({ ...MAIN, hostKey: "" })).rejects.toThrow("main/hostKey: a machine is never trusted without its public key");
    await expect(steps({ ...MAIN, bastion: { address: "203.0.113.1", hostKey: "x" } })).rejects.toThrow(
      "main/bastion/hostKey: must begin with",
    );
  });

  it("looks at a host key that comes from elsewhere once it is known", async () => {
    await record(async () => {
      const host = new Host("main", { ...MAIN, hostKey: pulumi.output(KEY) });
      expect(await new Promise((resolve) => host.hostKey.apply(resolve))).toBe(KEY);
    });
  });
});

describe("the chain", () => {
  it("lets each step wait for the one before it", async () => {
    const { steps: recorded } = await steps(MAIN, "a", "b", "c");
    expect(recorded.map(({ name, dependsOn }) => [name, dependsOn])).toEqual([
      ["a-step", []],
      ["b-step", ["a-step"]],
      ["c-step", ["b-step"]],
    ]);
  });

  it("leaves other machines alone", async () => {
    const { steps: recorded } = await record(() => {
      const [one, two] = ["one", "two"].map((name) => new Host(name, MAIN));
      if (one) new Part("a", { host: one });
      if (two) new Part("b", { host: two });
    });
    expect(recorded.map(({ dependsOn }) => dependsOn)).toEqual([[], []]);
  });
});

describe("a step", () => {
  it("is one call of the helper with the document on stdin, owned by its component", async () => {
    const { steps: recorded } = await steps(MAIN, "a");
    expect(recorded[0]?.inputs).toEqual({
      addPreviousOutputInEnv: false,
      connection: expect.anything() as unknown,
      create: "sudo -n /usr/local/lib/flowfleet/helper files apply",
      logging: "stderr",
      stdin: '{\n  "owner": "urn:pulumi:test::flowfleet::test:index:Part::a",\n  "size": 1\n}\n',
    });
    expect(recorded[0]?.secrets).toEqual(["connection"]);
  });

  it("hides a secret document and takes its own away when asked to", async () => {
    const { steps: recorded } = await record(() => new Part("a", { host: new Host("main", MAIN), secret: true, removable: true }));
    expect(recorded[0]?.secrets).toEqual(["connection", "stdin"]);
    expect(recorded[0]?.inputs["delete"]).toBe("sudo -n /usr/local/lib/flowfleet/helper files remove");
  });

  it("carries the reapply token, so that a new one makes it run again", async () => {
    const { steps: recorded } = await steps({ ...MAIN, reapply: "2026-11-21" }, "a");
    expect(recorded[0]?.document).toMatchObject({ reapply: "2026-11-21" });
  });

  it("is forgotten, not reached for, on an abandoned machine", async () => {
    const { steps: recorded } = await steps({ ...MAIN, state: "abandoned" }, "a");
    expect(recorded[0]).toMatchObject({
      retainOnDelete: true,
      ignoreChanges: ["connection", "create", "delete", "stdin", "logging", "addPreviousOutputInEnv"],
    });
    const { steps: present } = await steps(MAIN, "a");
    expect(present[0]).toMatchObject({ retainOnDelete: false, ignoreChanges: [] });
  });

  it("hands on what the helper answered", async () => {
    await record(async () => {
      const { result } = new Part("a", { host: new Host("main", MAIN) }).step;
      expect(await new Promise((resolve) => result.apply(resolve))).toEqual({});
    });
  });
});

it("tells two users of one thing apart", async () => {
  await record(() => {
    const host = new Host("main", MAIN);
    expect(host.reserve("localPort", "port 3001", "backend")).toEqual([]);
    expect(host.reserve("localPort", "port 3002", "frontend")).toEqual([]);
    expect(host.reserve("localPort", "port 3001", "other")).toEqual([
      { path: "localPort", wrong: 'port 3001 on host "main" is already used by "backend"', todo: "choose another" },
    ]);
  });
});
