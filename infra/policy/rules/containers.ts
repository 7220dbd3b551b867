import { documentOf, STEP } from "../host-document";
import { group, has, list, number, opened, shown, UNKNOWN, valueAt, type Resource } from "../resource";
import { all, type Rule, setting, WHERE_IT_COUNTS } from "../rule";
import { containersOf, TASK } from "./tasks";

const CONTAINER = "docker:index/container:Container";
const PINNED = /^\S+@sha256:[0-9a-f]{64}$/;

/** Images that a resource names. */
function imagesOf(resource: Resource): unknown[] {
  if (resource.type === CONTAINER) return [resource.props["image"]];
  if (resource.type === TASK) return containersOf(resource).map(({ image }) => image);
  const { noun, document = {} } = documentOf(resource) ?? {};
  if (noun === "image") return [document["image"]];
  // A release may also be of code, which has no image.
  const release = group(noun === "job" ? group(document["run"])["release"] : document["release"]);
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

/** Docker's own socket, and folders of the machine that are as good as root on it. */
const DANGEROUS = /^(?:\/|\/etc|\/root|\/proc|\/sys|\/dev|(?:\/var)?\/run\/docker\.sock|\/var\/lib\/docker)\/?$/;

function dockerPrivileges({ props }: Resource): string[] {
  const mounted = list(props["mounts"]).map((mount) => group(mount)["source"]);
  return [
    ...["networkMode", "pidMode", "ipcMode"].flatMap((mode) => (props[mode] === "host" ? [`${mode} must not be "host"`] : [])),
    ...(props["privileged"] === true ? ["privileged must not be true"] : []),
    ...(has(valueAt(props, "capabilities.drops"), (one) => one === "ALL") ? [] : ["capabilities.drops must have ALL; add what is needed"]),
    ...(has(props["securityOpts"], (one) => one === "no-new-privileges") ? [] : ["securityOpts must have no-new-privileges"]),
    ...mounted.flatMap((source) =>
      typeof source === "string" && DANGEROUS.test(source) ? [`mounts: ${source} is as good as root on the machine`] : [],
    ),
  ];
}

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
    asks: "Containers of a machine have no privileges, nothing of the host's name spaces and no folder that is as good as root",
    on: [CONTAINER],
    check: dockerPrivileges,
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
    check: ({ props }) =>
      list(props["ports"]).length === 0 ? [] : ["ports must be empty; neighbours and, past the firewall, others reach what is published"],
  },
} satisfies Record<string, Rule>;
