import type { PlannedResource } from "../../rehearsal/plan";
import { plainText } from "./differences";
import type { DataChange } from "./report";
import { nameOf, type Whose } from "./whose";

type Inputs = PlannedResource["inputs"];

const ALL = "all that is in it goes with it";

/** Backups that AWS made by itself go with a database unless it is told otherwise. */
const snapshotOf = ({ skipFinalSnapshot, finalSnapshotIdentifier }: Inputs): string =>
  skipFinalSnapshot === true
    ? `${ALL}, and no final snapshot is taken`
    : `only a final snapshot stays${finalSnapshotIdentifier === undefined ? "" : `, ${plainText(finalSnapshotIdentifier)}`}`;

/** Types that hold data, and what becomes of it when one goes, by what it was told. */
const HOLDERS: Readonly<Record<string, { what: string; then: string | ((was: Inputs) => string) }>> = {
  "docker:index/volume:Volume": { what: "volume", then: ALL },
  "aws:rds/instance:Instance": { what: "database", then: snapshotOf },
  "aws:efs/fileSystem:FileSystem": { what: "file share", then: ALL },
  "aws:s3/bucket:Bucket": {
    what: "bucket",
    then: ({ forceDestroy }) => (forceDestroy === true ? ALL : "AWS refuses while anything is in it"),
  },
  "aws:dynamodb/table:Table": { what: "table", then: ALL },
  "aws:kms/key:Key": { what: "key", then: "whatever it encrypted cannot be read any more once its waiting period is over" },
  "aws:ebs/volume:Volume": { what: "disk", then: "all that is on it goes with it" },
  "aws:ec2/instance:Instance": { what: "machine", then: "all that is on its root disk goes with it" },
};

/** Another value is made where one is replaced, which a `rotation` asked for; what is deleted nobody may have meant. */
const SECRET = "random:index/randomPassword:RandomPassword";

/** Destroys and replacements of what holds data, and of secrets that are nowhere else; the worst first. */
export function dataChanges(resources: readonly PlannedResource[], whose: Whose): DataChange[] {
  const found = resources.flatMap((resource): DataChange[] => {
    const { op, urn, type, inputs, before } = resource;
    const base = { urn, name: nameOf(urn), type, system: whose.system(resource), protected: isRefused(resource) };
    const holder = HOLDERS[type];
    if (holder && (op === "delete" || op === "replace")) {
      const was = op === "delete" ? inputs : (before ?? inputs);
      const called = nameIn(was) ?? nameOf(urn);
      const other = op === "replace" ? nameIn(inputs) : undefined;
      const snapshot = inputs["snapshotIdentifier"];
      const successor = snapshot === undefined ? "an empty one" : `one that is made of snapshot ${plainText(snapshot)}`;
      const then = typeof holder.then === "string" ? holder.then : holder.then(was);
      const done =
        op === "delete" ? "is deleted" : `is replaced by ${successor}${other !== undefined && other !== called ? ` (${other})` : ""}`;
      const because = op === "replace" && resource.replaceKeys.length > 0 ? `, because of ${resource.replaceKeys.join(", ")}` : "";
      const what = `${holder.what} ${called} ${done}${because}`;
      return [
        resource.retainOnDelete === true
          ? { ...base, op, data: "left", what: `${what}: ${leftText(op)}${guard(resource)}` }
          : { ...base, op, data: "lost", what: `${what}: ${then}${guard(resource)}` },
      ];
    }
    if (type === SECRET && op === "delete") {
      const then = "it was made here and is in this stack's state alone: what it encrypted or signed cannot be read or checked any more";
      return [{ ...base, op, data: "lost", what: `secret ${base.name} is deleted: ${then}${guard(resource)}` }];
    }
    if (type !== "docker:index/container:Container" || op !== "replace" || before === undefined) return [];
    return leftBehind(before, inputs).map((volume) => ({
      ...base,
      op,
      data: "kept",
      what: `container ${nameIn(inputs) ?? nameOf(urn)} no longer has volume ${volume}: what is in it is not in the new container`,
    }));
  });
  return found.sort((a, b) => WORST.indexOf(a.data) - WORST.indexOf(b.data) || (a.urn < b.urn ? -1 : 1));
}
const WORST: readonly DataChange["data"][] = ["lost", "left", "kept"];

/** `retainOnDelete`. */
const leftText = (op: "delete" | "replace"): string =>
  `${op === "delete" ? "it" : "the old one"} stays where it is, with all that is in it, and Pulumi forgets it`;

/** What is replaced by the very update that takes its protection off, or puts it on, Pulumi does not refuse to replace. */
const isRefused = ({ protect, protection }: PlannedResource): boolean => protect === true && protection === undefined;
const guard = (resource: PlannedResource): string =>
  isRefused(resource) ? `. It is protected: Pulumi refuses to ${resource.op} it until its protection is taken off` : "";

const nameIn = (inputs: Inputs): string | undefined =>
  ["name", "identifier", "bucket", "creationToken"].map((key) => inputs[key]).find((value): value is string => typeof value === "string");

/**
 * A container's sentence on what happens to it, which says of its data that they stay: without that where the volume is another one, or is
 * made anew itself.
 */
export function dataStay(what: string, changed: readonly PlannedResource[], resources: readonly PlannedResource[]): string {
  const isLost = changed.some((container) => {
    if (container.type !== "docker:index/container:Container" || container.before === undefined) return false;
    const made = resources.filter(
      ({ type, op, parent }) => type.endsWith(":Volume") && op !== "same" && op !== "update" && parent === container.parent,
    );
    const names = made.flatMap(({ inputs, before }) => [nameIn(inputs), nameIn(before ?? {})]);
    return leftBehind(container.before, container.inputs).length > 0 || volumes(container.inputs).some((volume) => names.includes(volume));
  });
  return isLost ? what.replace(/; its data stay in volume [^;]*/, "") : what;
}

/** Volumes that are mounted no longer. */
function leftBehind(before: Inputs, after: Inputs): string[] {
  const now = new Set(volumes(after));
  return volumes(before).filter((volume) => !now.has(volume));
}
function volumes({ mounts }: Inputs): string[] {
  if (!Array.isArray(mounts)) return [];
  return mounts.flatMap((mount) => {
    if (typeof mount !== "object" || mount === null || Array.isArray(mount)) return [];
    return mount["type"] === "volume" && typeof mount["source"] === "string" ? [mount["source"]] : [];
  });
}
