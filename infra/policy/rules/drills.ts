import { backupsOf, STEP } from "../host-document";
import { has, type Resource, UNKNOWN } from "../resource";
import { names, type Rule, WHERE_IT_COUNTS } from "../rule";

/** What AWS Backup calls them. Versions in a bucket are not restored: they are read as what stands is. */
const KINDS: Readonly<Record<string, string>> = { "aws:rds/instance:Instance": "RDS", "aws:efs/fileSystem:FileSystem": "EFS" };
const SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection";

/** Whether AWS Backup restores the resource now and then, to see whether it can. */
const isTested = (resource: Resource, resources: readonly Resource[]): boolean =>
  resources.some(({ type, props }) => {
    const { protectedResourceType: kind, protectedResourceArns: arns } = props;
    if (type !== SELECTION || (kind !== UNKNOWN && kind !== KINDS[resource.type])) return false;
    // Chosen by their tags, of which a plan does not know all.
    return arns === undefined || has(arns, (arn) => arn === "*" || names(arn, resource));
  });

/** Of backups that somebody has tried. */
export const drills = {
  "data-drilled": {
    asks: "Whatever AWS has backups of, databases and shared files, is restored from them now and then by a plan that tests restores",
    level: WHERE_IT_COUNTS,
    on: Object.keys(KINDS),
    whole: true,
    check: (resource, { resources }) =>
      isTested(resource, resources) ? [] : ["nothing restores its backups to see whether it can; have a RestoreTestingSelection"],
  },
  "backup-drilled": {
    asks: "What the backups of a machine make is restored now and then by a drill",
    // No component has a drill yet, so that nothing could keep to it; whoever writes one of his own asks for it by `levels`.
    level: { otherwise: "advisory", local: "disabled" },
    on: [STEP],
    check: (resource) =>
      backupsOf(resource)
        .filter(({ document }) => document["drill"] === undefined)
        .map(({ path }) => `nothing restores what the backup of ${path} makes, to see whether it can`),
  },
} satisfies Record<string, Rule>;
