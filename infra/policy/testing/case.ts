import type { Props, Resource } from "../resource";

/** What a rule is tried on: the resource that it looks at, and what else the stack has. */
export interface Case {
  resource: Resource;
  beside?: Resource[];
}
/** For each rule of a family what breaks it, with what it says then, and what does not. */
export type Cases<Rules> = Record<keyof Rules, { breaks: [Case | Resource, string][]; keeps: (Case | Resource)[] }>;

/** A resource of a plan. */
export const resource = (type: string, props: Props = {}, { name = "shop", protect = false } = {}): Resource => ({
  type,
  urn: `urn:pulumi:prod::flowfleet::${type}::${name}`,
  name,
  protect,
  props,
});

export const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs";
/** A step on a machine. */
export const step = (noun: string, document: object, props: Props = {}): Resource =>
  resource("command:remote:Command", {
    connection: { host: "203.0.113.10", user: "deploy", hostKey: HOST_KEY },
    create: `sudo -n /usr/local/lib/flowfleet/helper ${noun} apply`,
    stdin: JSON.stringify(document),
    ...props,
  });

/** A step that writes a file. */
export const written = (path: string, text: string, mode = "0644"): Resource =>
  step("files", { files: { [path]: { mode, text: text.split("\n") } } });

export const IMAGE = `registry.example.com/shop@sha256:${"a".repeat(64)}`;
/** A task definition with one container. */
export const task = (container: Props, props: Props = {}): Resource =>
  resource("aws:ecs/taskDefinition:TaskDefinition", {
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    containerDefinitions: JSON.stringify([{ name: "app", image: IMAGE, ...container }]),
    ...props,
  });
/** A container of a machine, as ours are. */
export const container = (props: Props = {}): Resource =>
  resource("docker:index/container:Container", {
    name: "shop",
    image: IMAGE,
    user: "10001:10001",
    memory: 512,
    memorySwap: 512,
    cpus: "0.5",
    readOnly: true,
    logOpts: { "max-size": "10m" },
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges"],
    mounts: [{ type: "volume", source: "shop_data", target: "/data" }],
    ...props,
  });
/** A policy of AWS. */
export const policy = (...statements: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
