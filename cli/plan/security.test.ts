import type { Props } from "../../rehearsal/engine";
import type { PlannedResource } from "../../rehearsal/plan";
import { covers } from "./covers";
import { differences } from "./differences";
import { securityChanges } from "./security";
import { CONTAINER, document, inSystem, madePlan, onMachine } from "./testing/made-plan";
import { whose } from "./whose";

const NOT_KNOWN = "(not known yet)";
const told = (...resources: PlannedResource[]): string[] => {
  const plan = madePlan(resources);
  return securityChanges(plan.resources, whose(plan), ({ op, before, inputs }) =>
    op === "delete" ? differences(inputs, undefined) : differences(before ?? {}, inputs),
  ).map(({ opens, what }) => `${opens ? "OPENS " : ""}${what}`);
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

describe("what lets more in is told, with OPENS, and its way back without", () => {
  const ECS = "aws:ecs/service:Service";
  const TASK = "aws:ecs/taskDefinition:TaskDefinition";
  const of = (type: string) => (before: Props, inputs: Props) => told(inSystem(type, "app", { op: "update", before, inputs }));
  const container = of(CONTAINER);
  const bind = (source: string, readOnly: boolean) => ({ mounts: [{ type: "bind", source, target: "/inside", readOnly }] });
  const release = (before: object, inputs: object) =>
    told(onMachine("release", "app", { op: "update", before: document(before), inputs: document(inputs) }));
  const job = (before: object, inputs: object) =>
    told(onMachine("job", "app", { op: "update", before: document({ run: before }), inputs: document({ run: inputs }) }));
  const task = (before: object, inputs: object) => {
    const definitions = (one: object): Props => ({ containerDefinitions: JSON.stringify([{ name: "web", ...one }]) });
    return of(TASK)(definitions(before), definitions(inputs));
  };
  const files = (one: object): Props => document({ files: { "/f": { mode: "0640", text: ["x"], ...one } } });
  const file = (before: object, inputs: object) =>
    told(onMachine("files", "files", { op: "update", before: files(before), inputs: files(inputs) }));
  const folder = (before: object, inputs: object) => {
    const of = (one: object): Props => document({ files: {}, directories: { "/d": one } });
    return told(onMachine("files", "files", { op: "update", before: of(before), inputs: of(inputs) }));
  };
  const line = (before: string, after: string) => file({ text: ["{", before, "}"] }, { text: ["{", after, "}"] });
  const mode = (before: string, after: string) => file({ mode: before }, { mode: after });
  const nobody = { user: "1000:1000" };

  it.each<[string, (way: "there" | "back") => string[], string[], string[]]>([
    [
      "a capability of a release",
      both(release, { ...nobody, capabilities: [] }, { ...nobody, capabilities: ["SYS_ADMIN"] }),
      ["OPENS main-app has capability SYS_ADMIN"],
      ["main-app no longer has capability SYS_ADMIN"],
    ],
    [
      "a capability of a job",
      both(job, nobody, { ...nobody, capabilities: ["CAP_NET_ADMIN"] }),
      ["OPENS main-app has capability NET_ADMIN"],
      ["main-app no longer has capability NET_ADMIN"],
    ],
    ["a release's user", both(release, nobody, { user: "0:0" }), ["OPENS main-app runs as root"], ["main-app no longer runs as root"]],
    [
      "a service's user",
      both(release, { unit: { user: "app" } }, { unit: { user: "root" } }),
      ["OPENS main-app runs as root"],
      ["main-app no longer runs as root"],
    ],
    [
      "a release's folder, and what it may write",
      both(release, { ...nobody, readOnly: true }, { ...nobody, readOnly: false, mounts: { "/a": "volume", "/b": "/srv/b" } }),
      [
        "OPENS main-app may write to /srv/b of the machine",
        "OPENS main-app no longer has a read-only root file system",
        "OPENS main-app sees /srv/b of the machine",
      ],
      [
        "main-app has a read-only root file system",
        "main-app no longer may write to /srv/b of the machine",
        "main-app no longer sees /srv/b of the machine",
      ],
    ],
    [
      "the first capability",
      both(
        container,
        { ...nobody, capabilities: { drops: ["ALL"] } },
        { ...nobody, capabilities: { adds: ["SYS_ADMIN"], drops: ["ALL"] } },
      ),
      ["OPENS app has capability SYS_ADMIN"],
      ["app no longer has capability SYS_ADMIN"],
    ],
    [
      "capabilities that are kept",
      both(container, { ...nobody, capabilities: { drops: ["ALL"] } }, { ...nobody, capabilities: { drops: [] } }),
      ["OPENS app no longer drops capability ALL"],
      ["app drops capability ALL"],
    ],
    ["root", both(container, nobody, { user: "0:0" }), ["OPENS app runs as root"], ["app no longer runs as root"]],
    [
      "nobody in particular",
      both(container, nobody, {}),
      ["OPENS app runs as whom its image names, which may be root"],
      ["app no longer runs as whom its image names, which may be root"],
    ],
    [
      "the whole machine",
      both(container, nobody, { ...nobody, ...bind("/", true) }),
      ["OPENS app sees / of the machine"],
      ["app no longer sees / of the machine"],
    ],
    [
      "Docker itself, by the older input",
      both(container, nobody, { ...nobody, volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/s" }] }),
      ["OPENS app may write to /var/run/docker.sock of the machine", "OPENS app sees /var/run/docker.sock of the machine"],
      ["app no longer may write to /var/run/docker.sock of the machine", "app no longer sees /var/run/docker.sock of the machine"],
    ],
    [
      "a folder that may be written",
      both(container, { ...nobody, ...bind("/srv/a", true) }, { ...nobody, ...bind("/srv/a", false) }),
      ["OPENS app may write to /srv/a of the machine"],
      ["app no longer may write to /srv/a of the machine"],
    ],
    [
      "the machine's network",
      both(container, { ...nobody, networkMode: "bridge" }, { ...nobody, networkMode: "host" }),
      ["OPENS app has networkMode host"],
      ["app no longer has networkMode host"],
    ],
    [
      "privileges, devices and what keeps from them",
      both(
        container,
        { ...nobody, readOnly: true, securityOpts: ["no-new-privileges"] },
        { ...nobody, readOnly: false, privileged: true, securityOpts: ["seccomp=unconfined"], devices: [{ hostPath: "/dev/sda" }] },
      ),
      [
        "OPENS app has /dev/sda of the machine",
        "OPENS app has seccomp=unconfined",
        "OPENS app is privileged",
        "OPENS app no longer has a read-only root file system",
        "OPENS app no longer has no-new-privileges",
      ],
      [
        "app has a read-only root file system",
        "app has no-new-privileges",
        "app no longer has /dev/sda of the machine",
        "app no longer has seccomp=unconfined",
        "app no longer is privileged",
      ],
    ],
    [
      "a task's container",
      both(task, { ...nobody, readonlyRootFilesystem: true }, { user: "root", linuxParameters: { capabilities: { add: ["SYS_PTRACE"] } } }),
      [
        "OPENS app has capability SYS_PTRACE in container web",
        "OPENS app no longer has a read-only root file system in container web",
        "OPENS app runs as root in container web",
      ],
      [
        "app has a read-only root file system in container web",
        "app no longer has capability SYS_PTRACE in container web",
        "app no longer runs as root in container web",
      ],
    ],
    [
      "a task's address",
      both(of(ECS), { networkConfiguration: { assignPublicIp: false } }, { networkConfiguration: { assignPublicIp: true } }),
      ["OPENS app has a public address"],
      ["app no longer has a public address"],
    ],
    [
      "a database's",
      both(of("aws:rds/instance:Instance"), {}, { publiclyAccessible: true }),
      ["OPENS app is publicly accessible"],
      ["app no longer is publicly accessible"],
    ],
    ...(
      [
        ["User=app", "User=root"],
        ["NoNewPrivileges=yes", "NoNewPrivileges=no"],
        ["NoNewPrivileges=true", "NoNewPrivileges=0"],
        ["ProtectSystem=strict", "ProtectSystem=full"],
        ["ProtectSystem=strict", "ProtectSystem=no"],
        ["CapabilityBoundingSet=", "CapabilityBoundingSet=CAP_SYS_ADMIN"],
        ["PermitRootLogin no", "PermitRootLogin prohibit-password"],
        ["PermitRootLogin without-password", "PermitRootLogin yes"],
        ["PasswordAuthentication no", "PasswordAuthentication yes"],
        ["listen 443 ssl;", "listen 443;"],
        ["listen [::]:443 ssl default_server;", "listen [::]:443 default_server;"],
        ["Ciphers aes256-gcm@openssh.com", "Ciphers aes256-gcm@openssh.com,aes128-cbc"],
        ["MACs -hmac-md5,hmac-sha1", "MACs -hmac-sha1"],
        ["ssl_protocols TLSv1.3;", "ssl_protocols TLSv1.2 TLSv1.3;"],
        ['ssl_ciphers "HIGH:!aNULL";', 'ssl_ciphers "HIGH";'],
        ['ssl_ciphers "HIGH:@SECLEVEL=2";', 'ssl_ciphers "HIGH";'],
        ['ssl_ciphers "HIGH:@SECLEVEL=2";', 'ssl_ciphers "HIGH:@SECLEVEL=1";'],
        ["AllowUsers ada@OFFICE", "AllowUsers ada@OFFICE ada@HOME"],
        ["Ciphers -aes128-cbc", "Ciphers +aes128-cbc"],
        ["ReadWritePaths=/opt/a", "ReadWritePaths=/opt/a -/etc"],
        ["CapabilityBoundingSet=", "CapabilityBoundingSet=~CAP_SYS_ADMIN"],
        ["CapabilityBoundingSet=~CAP_SYS_ADMIN CAP_NET_ADMIN", "CapabilityBoundingSet=~CAP_NET_ADMIN"],
        ["AuthenticationMethods publickey", "AuthenticationMethods any"],
        ["AuthenticationMethods publickey", "AuthenticationMethods none"],
        ["AuthenticationMethods publickey,password", "AuthenticationMethods publickey,password publickey"],
        ["ignoreip = 127.0.0.1/8 ::1", "ignoreip = 127.0.0.1/8 ::1 203.0.113.0/24"],
        ["ignoreip = 203.0.113.7", "ignoreip = 203.0.113.0/24"],
        ["listen 127.0.0.1:8080;", "listen 8080;"],
        ["listen 127.0.0.1:8080;", "listen 443 ssl;"],
        ['add_header Access-Control-Allow-Origin "https://a.example.com";', "add_header Access-Control-Allow-Origin *;"],
        ["ssl_verify_client on;", "ssl_verify_client optional;"],
        ['add_header Strict-Transport-Security "max-age=63072000";', 'add_header Strict-Transport-Security "max-age=0";'],
        ['add_header Strict-Transport-Security "max-age=1; includeSubDomains";', 'add_header Strict-Transport-Security "max-age=1";'],
      ] as const
    ).map(([before, after]): [string, (way: "there" | "back") => string[], string[], string[]] => [
      before,
      both(line, before, after),
      [`OPENS /f: \`${before}\` becomes \`${after}\``],
      [`/f: \`${after}\` becomes \`${before}\``],
    ]),
    ...[
      "User=app",
      "NoNewPrivileges=yes",
      "ProtectSystem=strict",
      "CapabilityBoundingSet=",
      "PermitRootLogin no",
      "PasswordAuthentication no",
      "KexAlgorithms sntrup761x25519-sha512@openssh.com",
      "AuthenticationMethods publickey",
      'APT::Periodic::Unattended-Upgrade "1";',
      'add_header Strict-Transport-Security "max-age=63072000";',
    ].map((text): [string, (way: "there" | "back") => string[], string[], string[]] => [
      `no ${text}`,
      both(line, text, "#"),
      [`OPENS /f: no longer \`${text}\``],
      [`/f: now \`${text}\``],
    ]),
    ["others instead of the group", both(mode, "0640", "0604"), ["OPENS /f: mode 0640 becomes 0604"], ["OPENS /f: mode 0604 becomes 0640"]],
    ["others, too", both(mode, "0640", "0644"), ["OPENS /f: mode 0640 becomes 0644"], ["/f: mode 0644 becomes 0640"]],
    ["the owner's rights", both(mode, "0755", "4755"), ["OPENS /f: mode 0755 becomes 4755"], ["/f: mode 4755 becomes 0755"]],
    [
      "another owner than root",
      both(file, { user: "root" }, { user: "app" }),
      ["OPENS /f: user root becomes app"],
      ["/f: user app becomes root"],
    ],
    [
      "another group than root",
      both(file, { group: "root" }, { group: "www-data" }),
      ["OPENS /f: group root becomes www-data"],
      ["/f: group www-data becomes root"],
    ],
    ...["set_real_ip_from 203.0.113.0/24;", '"https://a.example.com" "https://a.example.com";', "Ciphers +aes128-cbc"].map(
      (text): [string, (way: "there" | "back") => string[], string[], string[]] => [
        `now ${text}`,
        both(line, "#", text),
        [`OPENS /f: now \`${text}\``],
        [`/f: no longer \`${text}\``],
      ],
    ),
    [
      "a group that may do nothing",
      both(file, { mode: "0600", group: "root" }, { mode: "0600", group: "app" }),
      ["/f: group root becomes app"],
      ["/f: group app becomes root"],
    ],
    [
      "a folder, its group and its owner",
      both(folder, { mode: "0750", user: "root", group: "root" }, { mode: "2755", user: "app", group: "www-data" }),
      ["OPENS /d: group root becomes www-data", "OPENS /d: mode 0750 becomes 2755", "OPENS /d: user root becomes app"],
      ["/d: group www-data becomes root", "/d: mode 2755 becomes 0750", "/d: user app becomes root"],
    ],
    [
      "a folder whose new files are its group's",
      both(folder, { mode: "0750" }, { mode: "2750" }),
      ["/d: mode 0750 becomes 2750"],
      ["/d: mode 2750 becomes 0750"],
    ],
    ["the owner alone", both(mode, "0400", "0600"), ["/f: mode 0400 becomes 0600"], ["/f: mode 0600 becomes 0400"]],
  ])("%s", (_, changed, there, back) => {
    expect([changed("there"), changed("back")]).toEqual([there, back]);
  });

  it.each([
    ["Ciphers aes256-ctr", "Ciphers -aes128-cbc"],
    ["KexAlgorithms a", "KexAlgorithms -b,c"],
    ["real_ip_header CF-Connecting-IP;", "real_ip_header X-Forwarded-For;"],
  ])("either way where nobody knows which is narrower: %s, %s", (before, after) => {
    expect([line(before, after), line(after, before)]).toEqual([
      [`OPENS /f: \`${before}\` becomes \`${after}\``],
      [`OPENS /f: \`${after}\` becomes \`${before}\``],
    ]);
  });

  it("who is believed is told once, and neither the machine itself nor who was before opens anything", () => {
    const believed = (before: string[], after: string[]) => file({ text: ["{", ...before, "}"] }, { text: ["{", ...after, "}"] });
    expect(believed([], ["set_real_ip_from 203.0.113.0/24;", "real_ip_header X-Client;"])).toEqual([
      "OPENS /f: now `set_real_ip_from 203.0.113.0/24;`",
      "/f: now `real_ip_header X-Client;`",
    ]);
    expect(believed([], ["set_real_ip_from 127.0.0.1/32;"])).toEqual(["/f: now `set_real_ip_from 127.0.0.1/32;`"]);
    expect(believed([], ["set_real_ip_from 127.0.0.0/1;"])).toEqual(["OPENS /f: now `set_real_ip_from 127.0.0.0/1;`"]);
    expect(believed(["set_real_ip_from 203.0.113.0/24;"], ["set_real_ip_from 203.0.113.0/25;"])).toEqual([
      "/f: no longer `set_real_ip_from 203.0.113.0/24;`",
      "/f: now `set_real_ip_from 203.0.113.0/25;`",
    ]);
  });

  it("guards of the machine that are deleted, unless they stay or only guarded what goes, too", () => {
    const deleted = (path: string, text: string[], how: Props = { delete: "helper files remove" }) =>
      told(onMachine("files", "files", { op: "delete", inputs: { ...document({ files: { [path]: { mode: "0640", text } } }), ...how } }));
    expect(deleted("/etc/audit/rules.d/50-flowfleet.rules", ["-w /etc/passwd -p wa"])).toEqual([
      "OPENS /etc/audit/rules.d/50-flowfleet.rules is deleted",
    ]);
    expect(deleted("/etc/fail2ban/jail.d/a.local", ["[sshd]", "enabled = true"])).toEqual([
      "OPENS /etc/fail2ban/jail.d/a.local is deleted",
    ]);
    expect(deleted("/etc/ssh/sshd_config.d/a.conf", ["PasswordAuthentication no", "PermitRootLogin yes"])).toEqual([
      "OPENS /etc/ssh/sshd_config.d/a.conf: no longer `PasswordAuthentication no`",
    ]);
    expect(deleted("/etc/nginx/sites-enabled/a.conf", ["deny all;"])).toEqual([]);
    expect(deleted("/etc/fail2ban/jail.d/a.local", ["[sshd]"], {})).toEqual([]);
    const of = (files: object) => document({ files: { "/f": { mode: "0640", text: ["x"] }, ...files } });
    const before = of({ "/etc/audit/rules.d/a.rules": { mode: "0640", text: ["-w /etc/passwd -p wa"] } });
    expect(told(onMachine("files", "files", { op: "update", before, inputs: of({}) }))).toEqual([
      "OPENS /etc/audit/rules.d/a.rules is deleted",
    ]);
  });

  it("another value that is no weaker opens nothing", () => {
    expect(line("listen 443 ssl http2;", "listen 443 ssl;")).toEqual(["/f: `listen 443 ssl http2;` becomes `listen 443 ssl;`"]);
    expect(line("User=app", "User=web")).toEqual(["/f: `User=app` becomes `User=web`"]);
    expect(container({ user: "1000" }, { user: "1001" })).toEqual([]);
    expect(line("User=root", "#")).toEqual(["/f: no longer `User=root`"]);
  });

  it("of what is new only what goes beyond its own settings and limits", () => {
    const made = (inputs: Props) => told(inSystem(CONTAINER, "app", { op: "create", inputs }));
    const kept = { capabilities: { drops: ["ALL"] }, readOnly: true, securityOpts: ["no-new-privileges"], networkMode: "bridge" };
    expect(made({ ...nobody, ...kept, ...bind("/srv/a", true) })).toEqual([]);
    expect(made({ ...kept, user: "root", ...bind("/var/run/docker.sock", true) })).toEqual([
      "OPENS app runs as root",
      "OPENS app sees /var/run/docker.sock of the machine",
    ]);
  });

  it("what goes, and what is not known yet, says nothing of what it may do", () => {
    expect(told(inSystem(CONTAINER, "app", { op: "delete", inputs: { user: "root" } }))).toEqual([]);
    const later = { op: "update", before: document({ user: "root" }), inputs: { stdin: NOT_KNOWN } } as const;
    expect(told(onMachine("release", "app", later))).toEqual([]);
    expect(container({ ...nobody, securityOpts: [] }, { user: NOT_KNOWN, securityOpts: NOT_KNOWN, mounts: NOT_KNOWN })).toEqual([]);
    for (const hidden of [NOT_KNOWN, "[secret]"])
      expect(of(TASK)({ containerDefinitions: '[{"user":"0","name":"a"}]' }, { containerDefinitions: hidden })).toEqual([]);
  });
});

/** The same change, and its way back. */
function both<T>(change: (before: T, after: T) => string[], before: NoInfer<T>, after: NoInfer<T>): (way: "there" | "back") => string[] {
  return (way) => (way === "there" ? change(before, after) : change(after, before));
}
