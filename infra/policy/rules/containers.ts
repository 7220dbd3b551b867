import { documentOf, runOf, STEP } from "../host-document";
import { group, list, number, opened, shown, UNKNOWN, type Resource } from "../resource";
import { all, type Rule, setting, WHERE_IT_COUNTS } from "../rule";
import { addedTo, dangerousSources, privilegesOf } from "./privileges";
import { containersOf, TASK } from "./tasks";

const CONTAINER = "docker:index/container:Container";
const VOLUME = "docker:index/volume:Volume";
const PINNED = /^\S+@sha256:[0-9a-f]{64}$/;

/** Images that a resource names. */
function imagesOf(resource: Resource): unknown[] {
  if (resource.type === CONTAINER) return [resource.props["image"]];
  if (resource.type === TASK) return containersOf(resource).map(({ image }) => image);
  const { noun, document = {} } = documentOf(resource) ?? {};
  if (noun === "image") return [document["image"]];
  // A release may also be of code, which has no image.
  const release = group(runOf(resource)["release"]);
  return "image" in release ? [release["image"]] : [];
}

const above = (least: number) => (value: unknown) => number(value) > least;

/** Releases and jobs; both hand their limits over in the document. */
function documentLimits(resource: Resource): string[] {
  const { noun, document = {} } = documentOf(resource) ?? {};
  if (noun === "container") return number(document["pids"]) > 0 ? [] : [`pids: no limit of processes; got ${shown(document["pids"])}`];
  // What PM2 and systemd run has limits in files of its own.
  if ((noun !== "release" && noun !== "job") || !("network" in document || "network" in group(document["run"]))) return [];
  return ["memory", "cpus", "pids"].flatMap((limit) => {
    const value = group(document["limits"])[limit];
    return number(value) > 0 ? [] : [`limits.${limit} must be above zero; got ${shown(value)}`];
  });
}

const dockerLimits = all(
  setting("memory", above(0), "must be a limit in MB"),
  (resource) =>
    [resource.props["memory"], resource.props["memorySwap"]].includes(UNKNOWN) || resource.props["memory"] === resource.props["memorySwap"]
      ? []
      : [`memorySwap must be as memory is, or the container swaps; got ${shown(resource.props["memorySwap"])}`],
  setting("cpus", above(0), "must be a limit"),
  setting("logOpts.max-size", (value) => typeof value === "string" && value !== "", "must limit the log, such as 10m"),
);

const isNoRoot = (user: unknown): boolean => typeof user === "string" && user !== "" && !/^(?:0|root)(?::|$)/.test(user);

const ofRelease = (resource: Resource, check: (document: Record<string, unknown>) => string[]): string[] => {
  const { noun, document } = documentOf(resource) ?? {};
  return noun === "release" && document && "network" in document ? check(document) : [];
};

export const containers = {
  "image-pinned": {
    asks: "Images are named by digest: a tag may be another image tomorrow",
    on: [CONTAINER, TASK, STEP],
    check: (resource) =>
      imagesOf(resource).flatMap((image) =>
        image === UNKNOWN || PINNED.test(String(opened(image)))
          ? []
          : [`image must end in its digest, such as registry.example.com/shop@sha256:…; got ${shown(image)}`],
      ),
  },
  "container-limits": {
    asks: "Every container has limits of memory, processors and processes, and of its log",
    on: [CONTAINER, TASK, STEP],
    check: (resource, stack) => {
      if (resource.type === STEP) return documentLimits(resource);
      if (resource.type === CONTAINER) return dockerLimits(resource, stack);
      return all(setting("cpu", above(0), "must be a limit"), setting("memory", above(0), "must be a limit"))(resource, stack);
    },
  },
  "container-without-privileges": {
    asks: "Containers of a machine have no privileges, devices and name spaces of the machine, and no folder that is as good as root",
    on: [CONTAINER, VOLUME, STEP],
    check: (resource) => [...(resource.type === CONTAINER ? privilegesOf(resource) : addedTo(resource)), ...dangerousSources(resource)],
  },
  "container-not-root": {
    asks: "Containers of a machine run as a user who is not root",
    on: [CONTAINER, STEP],
    check: (resource) =>
      resource.type === CONTAINER
        ? setting("user", isNoRoot, "must be a user and a group that are not root")(resource)
        : ofRelease(resource, ({ user }) => (isNoRoot(user) ? [] : [`user must not be root; got ${shown(user)}`])),
  },
  "container-read-only": {
    asks: "The root file system of a container on a machine is read-only",
    level: WHERE_IT_COUNTS,
    on: [CONTAINER, STEP],
    check: (resource) =>
      resource.type === CONTAINER
        ? setting("readOnly", true, "must be true")(resource)
        : ofRelease(resource, ({ readOnly }) => (readOnly === true ? [] : [`readOnly must be true; got ${shown(readOnly)}`])),
  },
  "container-publishes-nothing": {
    asks: "No container publishes a port: nginx, which the firewall knows of, is the way in",
    on: [CONTAINER],
    check: all(
      ({ props }) =>
        list(props["ports"]).length === 0 ? [] : ["ports must be empty; neighbours and, past the firewall, others reach what is published"],
      setting("publishAllPorts", (value) => value !== true, "must be false"),
    ),
  },
} satisfies Record<string, Rule>;
