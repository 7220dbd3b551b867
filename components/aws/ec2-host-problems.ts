import { isSlug } from "../kernel/names";
import type { Problem } from "../kernel/refuse";
import { problemsOf } from "../kernel/refuse";
import { inMegabytes } from "../kernel/size";
import type { Ec2HostArgs } from "./ec2-host";
import { placeProblems } from "./place";

export const EVERYBODY = "0.0.0.0/0";
/** Wider networks are everybody in other words. */
const WIDEST = 8;

/** What is wrong with a machine that is to be made: everything at once. */
export const ec2HostProblems = ({ place, image, type, disk, sshFrom, authorizedKeys, rebuild }: Ec2HostArgs): Problem[] => [
  ...placeProblems("place", place),
  ...(/^ami-[0-9a-f]+$/.test(image) ? [] : [{ path: "image", wrong: 'must be the id of an image such as "ami-0abc"', got: image }]),
  ...(/^[a-z0-9-]+\.[a-z0-9-]+$/.test(type) ? [] : [{ path: "type", wrong: 'must be a type such as "t3.medium"', got: type }]),
  ...problemsOf("disk", () => inMegabytes(disk)),
  ...sshFromProblems("sshFrom", sshFrom),
  ...(authorizedKeys.length > 0 ? [] : [{ path: "authorizedKeys", wrong: "must hold a public key, or nobody can log in" }]),
  ...(rebuild === undefined || isSlug(rebuild)
    ? []
    : [{ path: "rebuild", wrong: "must be lower-case letters, digits and hyphens", got: rebuild }]),
];

/** Who may reach port 22: somebody, and not everybody. */
export const sshFromProblems = (path: string, networks: readonly string[]): Problem[] => [
  ...(networks.length > 0 ? [] : [{ path, wrong: "must name a network, or nobody can log in" }]),
  ...networks.filter((network) => network.includes(":")).map((got) => ({ path, wrong: "must be IPv4: its address is", got })),
  ...networks.filter(isTooWide).map((got) => ({
    path,
    wrong: "would let far too many reach port 22",
    got,
    allowed: `networks of /${WIDEST} and narrower`,
    todo: "name those that deploy from, or a bastion",
  })),
];

const isTooWide = (network: string): boolean => !network.includes(":") && Number(network.split("/")[1] ?? 32) < WIDEST;
