import { backupsOf, documentOf } from "../host-document";
import { group, list, shown, UNKNOWN, type Resource } from "../resource";
import { type Rule, WHERE_IT_COUNTS } from "../rule";

const VOLUME = "docker:index/volume:Volume";
const HOLDS_DATA = [
  VOLUME,
  "aws:rds/instance:Instance",
  "aws:rds/cluster:Cluster",
  "aws:ebs/volume:Volume",
  "aws:efs/fileSystem:FileSystem",
  "aws:kms/key:Key",
];

/** Containers of which some backup has the data: `Backup` writes a file for its timer that names them. */
const backedUp = (resources: readonly Resource[]): Set<unknown> =>
  new Set(
    resources
      .flatMap(backupsOf)
      .flatMap(({ document }) => Object.values(group(document["databases"])))
      .map((database) => group(database)["container"]),
  );

/** Containers that have the volume mounted. */
const usersOf = (volume: unknown, resources: readonly Resource[]): unknown[] =>
  resources
    .filter(
      ({ type, props }) =>
        type === "docker:index/container:Container" && list(props["mounts"]).some((mount) => group(mount)["source"] === volume),
    )
    .map(({ props }) => props["name"]);

/** Whatever holds data. Backups in AWS have rules of their own (database-backups, share-backed-up). */
export const data = {
  "data-protected": {
    asks: "Pulumi refuses to delete what holds data, and keys without which nobody reads it",
    level: WHERE_IT_COUNTS,
    on: HOLDS_DATA,
    check: ({ protect }) => (protect ? [] : ["it is not protected; set protect"]),
  },
  "data-backed-up": {
    asks: "Whatever a machine's volume holds is in a backup",
    level: WHERE_IT_COUNTS,
    on: [VOLUME],
    whole: true,
    check: ({ props }, { resources }) => {
      const volume = props["name"];
      const kept = backedUp(resources);
      return volume === UNKNOWN || usersOf(volume, resources).some((container) => kept.has(container))
        ? []
        : [`no backup has what is in ${shown(volume)}`];
    },
  },
  "data-version-known": {
    asks: "A step that makes or takes over a volume of data knows the version of what wrote it",
    check: (resource) => {
      const { noun, document } = documentOf(resource) ?? {};
      return noun === "volume" && document?.["version"] === undefined ? ["version is missing"] : [];
    },
  },
} satisfies Record<string, Rule>;
