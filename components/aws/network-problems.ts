import { isEverybody } from "../kernel/everybody";
import { parseSubnet } from "../kernel/ipv4";
import type { Problem } from "../kernel/refuse";
import { problemsOf } from "../kernel/refuse";
import { adoptionProblems } from "./adopted";
import { retentionProblems } from "./log-retention";
import { FLOW_LOGS } from "./flow-log";
import type { ExistingNetwork, NetworkArgs, NewNetwork } from "./network-args";
import { networkParts } from "./new-network";
import { placeProblems } from "./place";
import { cidrProblems } from "./subnet-plan";

export const networkProblems = (args: NetworkArgs): Problem[] => ("existing" in args ? existingProblems(args.existing) : newProblems(args));

const newProblems = ({
  place,
  cidr,
  zones,
  nat,
  endpoints,
  others = {},
  sshFrom = [],
  flowLogs = FLOW_LOGS,
  adopt,
}: NewNetwork): Problem[] => [
  ...placeProblems("place", place),
  ...cidrProblems("cidr", cidr, others),
  ...zonesProblems("zones", zones),
  ...zones
    .filter((zone) => !new RegExp(`^${place.region}[a-z]$`).test(zone))
    .map((zone) => ({ path: "zones", wrong: `must be zones of ${place.region}`, got: zone })),
  ...(nat === "none" && endpoints === false
    ? [{ path: "endpoints", wrong: 'must not be switched off where nat is "none"', todo: "nothing could be reached at all" }]
    : []),
  ...sshFrom.flatMap((from) => [
    ...problemsOf("sshFrom", () => parseSubnet(from)),
    ...(isEverybody(from) ? [{ path: "sshFrom", wrong: "must not be everybody", got: from }] : []),
  ]),
  ...retentionProblems("flowLogs", flowLogs),
  ...adoptionProblems(adopt, networkParts(zones)),
];

function existingProblems({ vpcId, cidr, publicSubnets, privateSubnets }: ExistingNetwork["existing"]): Problem[] {
  const [publicZones, privateZones] = [Object.keys(publicSubnets), Object.keys(privateSubnets)];
  const shared = Object.values(privateSubnets).filter((subnet) => Object.values(publicSubnets).includes(subnet));
  return [
    ...(/^vpc-[0-9a-f]+$/.test(vpcId) ? [] : [{ path: "existing/vpcId", wrong: 'must be an id such as "vpc-0abc"', got: vpcId }]),
    ...problemsOf("existing/cidr", () => parseSubnet(cidr)),
    ...zonesProblems("existing/publicSubnets", publicZones),
    ...zonesProblems("existing/privateSubnets", privateZones),
    ...(String([...publicZones].sort()) === String([...privateZones].sort())
      ? []
      : [
          {
            path: "existing/privateSubnets",
            wrong: "must be in the zones of the public ones",
            got: privateZones,
            allowed: publicZones.join(", "),
          },
        ]),
    ...shared.map((subnet) => ({
      path: "existing/privateSubnets",
      wrong: "must not be a public one: a database in it could be reached from the internet",
      got: subnet,
    })),
    ...[...Object.values(publicSubnets), ...Object.values(privateSubnets)]
      .filter((subnet) => !/^subnet-[0-9a-f]+$/.test(subnet))
      .map((subnet) => ({ path: "existing", wrong: 'must be ids of subnets such as "subnet-0abc"', got: subnet })),
  ];
}

const zonesProblems = (path: string, zones: readonly string[]): Problem[] => [
  ...(zones.length === 2 || zones.length === 3
    ? []
    : [
        {
          path,
          wrong: "must be two or three zones",
          got: zones,
          todo: "load balancers and databases need a second zone for when the first is gone",
        },
      ]),
  ...(new Set(zones).size === zones.length ? [] : [{ path, wrong: "must be different zones", got: zones }]),
];
