import { parseSubnet } from "../kernel/ipv4";
import { hostNameProblems } from "../kernel/names";
import type { Problem } from "../kernel/refuse";
import { problemsOf } from "../kernel/refuse";
import { secondOrMoreProblems } from "../kernel/workload-problems";
import { inSeconds } from "../kernel/duration";
import type { ExistingLoadBalancer, LoadBalancerArgs, NamesArgs, NewLoadBalancer } from "./load-balancer";
import { adoptionProblems, NONE } from "./adopted";
import { ownArnProblems } from "./own-arn";
import { placeProblems } from "./place";
import { zoneProblems } from "./public-certificate";
import { networkOf } from "./security-group";

export const loadBalancerProblems = (args: LoadBalancerArgs): Problem[] => [
  ...placeProblems("place", args.place),
  ...("existing" in args ? existingProblems(args) : newProblems(args)),
];

const existingProblems = ({ place, existing: { listener, arnSuffix } }: ExistingLoadBalancer): Problem[] => [
  ...(/^arn:aws:elasticloadbalancing:[a-z0-9-]+:\d{12}:listener\/app\/[^/]+\/[0-9a-f]+\/[0-9a-f]+$/.test(listener)
    ? ownArnProblems("existing/listener", "listener", listener, place)
    : [{ path: "existing/listener", wrong: "must be the ARN of a listener of an application load balancer", got: listener }]),
  ...(/^app\/[^/]+\/[0-9a-f]+$/.test(arnSuffix)
    ? []
    : [{ path: "existing/arnSuffix", wrong: 'must be the end of its ARN such as "app/main/50dc6c495c0c9188"', got: arnSuffix }]),
];

/** So many names fit into a rule beside a path. */
const NAMES = 4;
/** Of an ALB, in seconds. */
const LONGEST = 4000;

/** What of a load balancer that stands may be missing, and is made then. */
const partsOf = (names: readonly string[], by: NamesArgs): string[] => [
  ...["http", "https"],
  ...("zone" in by ? names.map((one) => `name-${one}`) : []),
];

const newProblems = ({ place, names, by, from = [], idleTimeout = "60 seconds", accessLogs, adopt }: NewLoadBalancer): Problem[] => [
  ...(names.length >= 1 && names.length <= NAMES
    ? []
    : [{ path: "names", wrong: "must be public names", got: names.length, allowed: `1 to ${NAMES} of them` }]),
  ...names.flatMap((name, index) => hostNameProblems(`names[${index}]`, name)),
  ...("zone" in by ? zoneProblems("by/zone", by.zone) : ownArnProblems("by/certificate", "certificate", by.certificate, place)),
  ...from.flatMap((cidr, index) => problemsOf(`from[${index}]`, () => parseSubnet(networkOf(cidr)))),
  ...secondOrMoreProblems({ idleTimeout, accessLogs }),
  ...problemsOf("idleTimeout", () => {
    if (inSeconds(idleTimeout) > LONGEST) throw new RangeError(`must be at most ${LONGEST} seconds, got "${idleTimeout}"`);
  }),
  ...adoptionProblems(adopt, ["balancer", ...partsOf(names, by)], partsOf(names, by)),
  // Of a load balancer that stands the name leads to it: a second record of it AWS would refuse when other things were changed already.
  ...("zone" in by && adopt?.["balancer"]
    ? names
        .filter((one) => adopt[`name-${one}`] === undefined)
        .map((one) => ({
          path: `adopt/name-${one}`,
          wrong: "is missing: the record that leads to the load balancer is there already",
          allowed: `the id ${by.zone}_${one}_A, or {id: ${NONE}} to have it made`,
        }))
    : []),
];
