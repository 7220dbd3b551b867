import { isEverybody } from "../../../components/kernel/everybody";
import { group, list, UNKNOWN, type Resource } from "../resource";
import { hasBeside, type Rule, setting, type Surroundings, WHERE_IT_COUNTS } from "../rule";

const POINT = "aws:efs/accessPoint:AccessPoint";
const SHARE = ["aws:efs/fileSystem:FileSystem"];

/** Subnets that have a way in from the internet. */
function publicSubnets(resources: readonly Resource[]): Set<unknown> {
  const open = new Set(
    resources
      .filter(
        ({ type, props }) =>
          type === "aws:ec2/route:Route" && leadsEverywhere(props) && typeof props["gatewayId"] === "string" && props["gatewayId"] !== "",
      )
      .map(({ props }) => props["routeTableId"]),
  );
  return new Set(
    resources
      .filter(
        ({ type, props }) =>
          type === "aws:ec2/routeTableAssociation:RouteTableAssociation" &&
          props["routeTableId"] !== UNKNOWN &&
          open.has(props["routeTableId"]),
      )
      .map(({ props }) => props["subnetId"]),
  );
}
const leadsEverywhere = (route: Resource["props"]): boolean =>
  isEverybody(route["destinationCidrBlock"]) || isEverybody(route["destinationIpv6CidrBlock"]);

function inPrivate({ props }: Resource, { resources }: Surroundings): string[] {
  const open = publicSubnets(resources);
  return [...list(props["subnetIds"]), props["subnetId"]]
    .filter((subnet) => typeof subnet === "string" && open.has(subnet))
    .map((subnet) => `subnet ${String(subnet)} has a route to an internet gateway; take a private one`);
}

/** Of EFS, and the subnets of all data. */
export const shares = {
  "share-encrypted": {
    asks: "Shared files are encrypted",
    controls: ["EFS.1", "EFS.8"],
    on: SHARE,
    check: setting("encrypted", true, "must be true"),
  },
  "share-backed-up": {
    asks: "Shared files are in the backup plan",
    controls: ["EFS.2", "EFS.7"],
    level: WHERE_IT_COUNTS,
    on: SHARE,
    whole: true,
    check: hasBeside(
      "aws:efs/backupPolicy:BackupPolicy",
      "fileSystemId",
      ({ props }) => [UNKNOWN, "ENABLED"].includes(group(props["backupPolicy"])["status"] as string),
      'there is no BackupPolicy with status "ENABLED" for it',
    ),
  },
  "share-access-points": {
    asks: "An access point has a directory and a user of its own",
    controls: ["EFS.3", "EFS.4"],
    on: [POINT],
    check: ({ props }) => [
      ...([undefined, "/"].includes(group(props["rootDirectory"])["path"] as string) && props["rootDirectory"] !== UNKNOWN
        ? ["rootDirectory.path must be a directory below the root"]
        : []),
      ...(props["posixUser"] === UNKNOWN || "uid" in group(props["posixUser"]) ? [] : ["posixUser is missing"]),
    ],
  },
  "data-in-private-subnets": {
    asks: "No database and no mount target is in a subnet with a way in from the internet",
    controls: ["RDS.46", "EFS.6"],
    on: ["aws:rds/subnetGroup:SubnetGroup", "aws:efs/mountTarget:MountTarget"],
    whole: true,
    check: inPrivate,
  },
} satisfies Record<string, Rule>;
