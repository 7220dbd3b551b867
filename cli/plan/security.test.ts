import type { Props } from "../../rehearsal/engine";
import type { PlannedResource } from "../../rehearsal/plan";
import { covers } from "./covers";
import { differences } from "./differences";
import { securityChanges } from "./security";
import { document, inSystem, madePlan, onMachine } from "./testing/made-plan";
import { whose } from "./whose";

const NOT_KNOWN = "(not known yet)";
const told = (...resources: PlannedResource[]): string[] => {
  const plan = madePlan(resources);
  return securityChanges(plan.resources, whose(plan), ({ before, inputs }) => differences(before ?? {}, inputs)).map(
    ({ opens, what }) => `${opens ? "OPENS " : ""}${what}`,
  );
};

test.each([
  ["203.0.113.0/24", "203.0.113.7", true],
  ["203.0.113.0/24", "203.0.113.128/25", true],
  ["203.0.113.0/25", "203.0.113.0/24", false],
  ["0.0.0.0/0", "10.0.0.0/8", true],
  ["0.0.0.0/0", "::/0", false],
  ["2001:db8::/32", "2001:db8:1::/48", true],
  ["sg-1", "sg-1", true],
  ["sg-1", "sg-2", false],
  ["", "10.0.0.1", false],
])("%j covers %j: %s", (network, other, is) => {
  expect(covers(network, other)).toBe(is);
});

describe("a rule of a security group", () => {
  const RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
  const rule = (more: Props): Props => ({ ipProtocol: "tcp", fromPort: 5432, toPort: 5432, cidrIpv4: "10.0.0.0/16", ...more });
  const changed = (before: Props, inputs: Props) =>
    told(inSystem(RULE, "db", { op: "update", before: rule(before), inputs: rule(inputs) }));

  it.each<[Props, Props, string[]]>([
    [{}, { cidrIpv4: "10.0.1.0/24" }, ["db: tcp 5432 from 10.0.0.0/16 becomes tcp 5432 from 10.0.1.0/24"]],
    [{}, { cidrIpv4: "10.1.0.0/16" }, ["OPENS db: tcp 5432 from 10.0.0.0/16 becomes tcp 5432 from 10.1.0.0/16"]],
    [{ toPort: 5440 }, {}, ["db: tcp 5432-5440 from 10.0.0.0/16 becomes tcp 5432 from 10.0.0.0/16"]],
    [{ ipProtocol: "-1" }, {}, ["db: everything from 10.0.0.0/16 becomes tcp 5432 from 10.0.0.0/16"]],
    [{}, { ipProtocol: "-1" }, ["OPENS db: tcp 5432 from 10.0.0.0/16 becomes everything from 10.0.0.0/16"]],
    [{}, { cidrIpv4: NOT_KNOWN }, [`OPENS db: tcp 5432 from 10.0.0.0/16 becomes tcp 5432 from ${NOT_KNOWN}`]],
  ])("that was %j and is %j", (before, inputs, expected) => {
    expect(changed(before, inputs)).toEqual(expected);
  });

  it("says nothing new where its group is made anew, and who is let in no longer where it goes", () => {
    const of = (group: string): Props => ({ ipProtocol: "tcp", fromPort: 80, toPort: 80, referencedSecurityGroupId: group });
    expect(told(inSystem(RULE, "app", { op: "update", before: of("balancer"), inputs: of(NOT_KNOWN) }))).toEqual([]);
    expect(told(inSystem(RULE, "app", { op: "delete", inputs: of("balancer") }))).toEqual([
      "app: tcp 80 from balancer is no longer let in",
    ]);
  });
});

describe("a firewall", () => {
  const firewall = (before: object[], allow: object[]) =>
    told(onMachine("firewall", "rules", { op: "update", before: document({ allow: before }), inputs: document({ allow }) }));
  const ssh = (...from: string[]) => ({ port: 22, protocol: "tcp", ...(from.length > 0 && { from }) });

  it("that narrows a port opens nothing, one that widens it does", () => {
    expect(firewall([ssh()], [ssh("203.0.113.0/24")])).toEqual(["port 22/tcp from everywhere becomes from 203.0.113.0/24 on main"]);
    expect(firewall([ssh("203.0.113.0/24")], [ssh("203.0.113.0/24", "198.51.100.1")])).toEqual([
      "OPENS port 22/tcp from 203.0.113.0/24 becomes from 203.0.113.0/24, 198.51.100.1 on main",
    ]);
    expect(firewall([ssh()], [])).toEqual(["port 22/tcp from everywhere is closed on main"]);
  });

  it("that goes leaves SSH open, and containers", () => {
    expect(told(onMachine("firewall", "rules", { op: "delete", inputs: document({ allow: [ssh()] }) }))).toEqual([
      "OPENS the firewall of main goes: its ports are closed but SSH's, and networks of containers are no longer closed to others",
    ]);
  });

  it("that is not known yet closes nothing that anybody knows of", () => {
    const rules = onMachine("firewall", "rules", { op: "update", before: document({ allow: [ssh()] }), inputs: { stdin: NOT_KNOWN } });
    expect(told(rules)).toEqual(["which ports are open on main is known once the update is done"]);
  });
});

test("a policy that is not known yet takes no rights away", () => {
  const policy = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:x" }] });
  const rights = inSystem("aws:iam/rolePolicy:RolePolicy", "rights", { op: "update", before: { policy }, inputs: { policy: NOT_KNOWN } });
  expect(told(rights)).toEqual(["what rights allows is known once the update is done"]);
});

describe("lines of files", () => {
  const file = (path: string, before: string[], after: string[]) => {
    const of = (text: string[]) => document({ files: { [path]: { mode: "0644", text } } });
    return told(onMachine("files", "files", { op: "update", before: of(before), inputs: of(after) }));
  };
  const nginx = (before: string[], after: string[]) => file("/s.conf", before, after);
  const sshd = (before: string[], after: string[]) => file("/sshd", before, after);

  it.each<[string, string[], string[], string[]]>([
    [
      "a narrower network",
      ["allow 203.0.113.0/24;", "deny all;"],
      ["allow 203.0.113.0/25;", "deny all;"],
      ["/s.conf: no longer `allow 203.0.113.0/24;`", "/s.conf: now `allow 203.0.113.0/25;`"],
    ],
    ["one more", ["deny all;"], ["allow 203.0.113.7;", "deny all;"], ["OPENS /s.conf: now `allow 203.0.113.7;`"]],
    ["the machine itself", ["deny all;"], ["allow 127.0.0.1;", "deny all;"], ["/s.conf: now `allow 127.0.0.1;`"]],
    [
      "a list where there was none",
      [],
      ["allow 203.0.113.7;", "deny all;"],
      ["/s.conf: now `allow 203.0.113.7;`", "/s.conf: now `deny all;`"],
    ],
    ["no password", ['auth_basic "x";'], [], ['OPENS /s.conf: no longer `auth_basic "x";`']],
  ])("nginx: %s", (_, before, after, expected) => {
    expect(nginx(["{", ...before, "}"], ["{", ...after, "}"])).toEqual(expected);
  });

  it.each<[string[], string[], string[]]>([
    [[], ["AllowUsers deploy"], ["/sshd: now `AllowUsers deploy`"]],
    [["AllowUsers deploy"], ["AllowUsers deploy ada"], ["OPENS /sshd: `AllowUsers deploy` becomes `AllowUsers deploy ada`"]],
    [["AllowUsers deploy ada"], ["AllowUsers deploy"], ["/sshd: `AllowUsers deploy ada` becomes `AllowUsers deploy`"]],
    [["AllowUsers deploy"], [], ["OPENS /sshd: no longer `AllowUsers deploy`"]],
  ])("sshd: %j becomes %j", (before, after, expected) => {
    expect(sshd(["# x", ...before, "UseDNS no"], ["# x", ...after, "UseDNS no"])).toEqual(expected);
  });
});
