import { sshFromProblems } from "../../components/aws/ec2-host-problems";
import type { Problem } from "../../components/kernel/refuse";
import type { Raw } from "./raw";
import { group } from "./raw";

/** What is only known of a machine that is there already. */
const FOUND = ["address", "port", "hostKey", "bastion"];

/** A machine is found, or created. */
export function createNeeds(path: string, host: Raw): Problem[] {
  if (host["create"] === undefined)
    return ["address", "hostKey"].filter((key) => host[key] === undefined).map((key) => ({ path: `${path}.${key}`, wrong: "is missing" }));
  const { sshFrom } = group(host["create"]);
  // What is no IPv4 network at all, the schema says.
  const networks = Array.isArray(sshFrom) ? sshFrom.map(String).filter((network) => !network.includes(":")) : [];
  return [
    ...FOUND.filter((key) => host[key] !== undefined).map((key) => ({
      path: `${path}.${key}`,
      wrong: "is for a machine that is there, and this one is created",
      todo: "leave it out, or create",
    })),
    // None is told by the schema.
    ...(networks.length > 0 ? sshFromProblems(`${path}.create.sshFrom`, networks) : []),
    ...portNeeds(`${path}.ssh.ports`, group(host["ssh"])["ports"]),
  ];
}

/** The first contact is by 22, and its security group opens no other. */
const portNeeds = (path: string, ports: unknown): Problem[] =>
  ports === undefined || (Array.isArray(ports) && ports.map(String).join() === "22")
    ? []
    : [
        {
          path,
          wrong: "must be 22 of a machine that is created: its security group opens no other",
          got: Array.isArray(ports) ? ports.join(", ") : ports,
          todo: "leave it out",
        },
      ];
