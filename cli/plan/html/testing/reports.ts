import type { Op, PlanReport, ResourceChange, ResourceNode, StackReport } from "../../report";

const NO_COUNTS = { create: 0, update: 0, replace: 0, delete: 0, same: 0, folded: 0 };

/** A stack in which nothing changes, with what a test gives. */
export const stackReport = (given: Partial<StackReport> = {}): StackReport => ({
  stack: "prod",
  isNew: false,
  digest: "0".repeat(64),
  counts: NO_COUNTS,
  summary: [],
  interruptions: [],
  data: [],
  security: [],
  resources: [],
  folded: [],
  outputs: [],
  cost: [],
  violations: [],
  unused: [],
  tree: [],
  notes: [],
  ...given,
});

export const planReport = (...stacks: StackReport[]): PlanReport => ({
  version: 1,
  against: { kind: "commit", name: "origin/main", commit: "ab".repeat(20) },
  stacks,
});

/** What a person, or somebody who means harm, may call a thing. */
export const HOSTILE = `</script><script>window.hacked=1</script><img src=x onerror="window.hacked=2">' " & \u2028 <!-- \`\${1}`;

/** Every part has an entry, and every text in it is `text`. */
export function everyPart(text: string): StackReport {
  const urn = `urn:pulumi:prod::flowfleet::a:b:C::${text}`;
  const of = { urn, name: text, system: text };
  const properties = [{ path: text, before: text, after: { [text]: [text, null, 1, true] }, secret: false, unknown: false }];
  const files = [
    { path: text, op: "update" as const, hunks: [{ oldStart: 1, newStart: 1, lines: [` ${text}`, `-${text}`, `+${text} more`] }] },
  ];
  return stackReport({
    stack: text,
    isNew: true,
    counts: { ...NO_COUNTS, replace: 1, folded: 1 },
    summary: [{ system: text, environment: text, counts: { ...NO_COUNTS, replace: 1 }, text }],
    interruptions: [{ ...of, way: "restart", seconds: 12, what: text, because: [text] }],
    data: [{ ...of, type: text, op: "replace", protected: true, data: "lost", what: text }],
    security: [{ kind: "port", change: "added", opens: true, urn, system: text, what: text }],
    resources: [{ ...of, op: "replace", type: text, kind: text, protected: true, replaceBecause: [text], properties, files }],
    folded: [{ ...of, op: "update", urn: `${urn}2`, type: text, why: text, follows: urn }],
    outputs: [{ path: text, change: "retyped", breaking: true, before: text, after: { a: text } }],
    cost: [{ what: text, currency: "EUR", before: 1, after: 2.5, basis: text }],
    violations: [
      { rule: text, level: "mandatory", urn, system: text, message: text },
      { rule: text, level: "mandatory", urn, system: text, message: text, exception: { reason: text, expires: text } },
    ],
    unused: [{ file: text, line: 3, path: text, what: text }],
    tree: [
      { ...of, type: text, kind: text, op: "replace", custom: true, dependencies: [`${urn}2`] },
      { ...of, urn: `${urn}2`, type: text, kind: text, op: "same", custom: true, parent: urn, dependencies: [] },
    ],
    notes: [text],
  });
}

const SYSTEMS = ["flowmaster", "flowra", "flowstack", "coreflow", "flatlogic"];
const PARTS = ["database", "backend", "frontend", "site", "secrets", "backup", "network", "jobs", "queue", "alarms"];
const OPS: readonly Op[] = ["same", "same", "update", "same", "create", "same", "same", "replace", "same", "delete"];

/** A plan of about `size` resources: systems, parts with files, containers and releases that wait for each other in chains. */
export function largeReport(size: number): PlanReport {
  const root = "urn:pulumi:prod::flowfleet::pulumi:pulumi:Stack::flowfleet-prod";
  const tree: ResourceNode[] = [
    {
      urn: root,
      name: "flowfleet-prod",
      type: "pulumi:pulumi:Stack",
      kind: "stack",
      system: "stack",
      op: "same",
      custom: false,
      dependencies: [],
    },
  ];
  const last = new Map<string, string>();
  const add = (
    system: string,
    name: string,
    type: string,
    kind: string,
    parent: string,
    op: Op,
    custom: boolean,
    after: string[],
  ): string => {
    const urn = `urn:pulumi:prod::flowfleet::${type}::${name}`;
    tree.push({ urn, name, type, kind, system, op, custom, parent, dependencies: after });
    return urn;
  };
  for (let number = 0; tree.length < size; number++) {
    const system = SYSTEMS[number % SYSTEMS.length] ?? "";
    const round = Math.floor(number / SYSTEMS.length);
    const part = `${PARTS[round % PARTS.length] ?? ""}${round < PARTS.length ? "" : `-${Math.floor(round / PARTS.length)}`}`;
    const top = `urn:pulumi:prod::flowfleet::flowfleet:stacks:System::${system}`;
    if (round === 0) add(system, system, "flowfleet:stacks:System", "system", root, "same", false, []);
    const previous = last.get(system);
    const component = add(system, `${system}-${part}`, "flowfleet:service:ContainerService", "component", top, "same", false, []);
    const op = (step: number): Op => OPS[(number * 3 + step) % OPS.length] ?? "same";
    const files = add(
      system,
      `${system}-${part}-files`,
      "command:remote:Command",
      "files",
      component,
      op(0),
      true,
      previous ? [previous] : [],
    );
    const container = add(system, `${system}-${part}-container`, "docker:index/container:Container", "container", component, op(1), true, [
      files,
    ]);
    const release = add(system, `${system}-${part}-release`, "command:remote:Command", "release", component, op(2), true, [
      files,
      container,
    ]);
    // Steps on a host are a chain; what runs on it waits for the first of them.
    if (round % 4 === 0) last.set(system, release);
  }
  const changed = tree.filter(({ custom, op }) => custom && op !== "same");
  const resources = changed.map((node, index) => change(node, index));
  const count = (op: Op): number => resources.filter((one) => one.op === op).length;
  const counts = {
    create: count("create"),
    update: count("update"),
    replace: count("replace"),
    delete: count("delete"),
    same: tree.filter((node) => node.custom && node.op === "same").length,
    folded: 14,
  };
  return planReport(
    stackReport({
      counts,
      tree,
      resources,
      summary: SYSTEMS.map((system) => ({
        system,
        environment: "production",
        counts,
        text: `${system} (production): ${resources.filter((one) => one.system === system).length} changed; down for at most 175 s (${system}-database)`,
      })),
      interruptions: SYSTEMS.map((system, index) => ({
        urn: changed[0]?.urn ?? root,
        name: `${system}-database`,
        system,
        way: index % 2 === 0 ? "stop-first" : "side by side",
        seconds: index % 2 === 0 ? 175 - index : 0,
        what: index % 2 === 0 ? "the old container stops before the new one starts" : "traffic is switched when the new one is healthy",
        because: ["image"],
      })),
      data: [
        {
          urn: changed[3]?.urn ?? root,
          name: "flowra-database-container",
          type: "docker:index/container:Container",
          system: "flowra",
          op: "replace",
          protected: true,
          data: "lost",
          what: "flowra-database-container is replaced; its volume goes with it",
        },
        {
          urn: changed[4]?.urn ?? root,
          name: "flowstack-files",
          type: "aws:efs:FileSystem",
          system: "flowstack",
          op: "delete",
          protected: false,
          data: "kept",
          what: "flowstack-files is no longer managed; what is in it stays",
        },
      ],
      security: [
        { kind: "port", change: "added", opens: true, urn: root, system: "flowra", what: "port 8443/tcp is opened to everyone on main" },
        { kind: "secret", change: "changed", opens: false, urn: root, system: "flowmaster", what: "secret flowmaster.session changes" },
      ],
      folded: changed.slice(0, 14).map(({ urn, name, type, system }) => ({
        op: "update" as const,
        urn,
        name,
        type,
        system,
        why: "only the mark of main-nginx-files follows",
      })),
      cost: [{ what: "flowstack", currency: "USD", before: 212.4, after: 268.9, basis: "list prices of eu-central-1, 730 hours" }],
      outputs: [{ path: "flowra.url", change: "changed", breaking: false, before: "https://a.example", after: "https://b.example" }],
      violations: [
        {
          rule: "limits-on-containers",
          level: "mandatory",
          system: "coreflow",
          message: "coreflow-queue-container has no memory limit: set `memory`",
        },
      ],
      unused: [
        {
          file: "Pulumi.prod.yaml",
          line: 41,
          path: "flowfleet:flowra.cors",
          what: "nothing reads it: take it out, or did you mean `corsOrigins`?",
        },
      ],
      notes: ["the outputs of organization/flowfleet/shared are the planned ones, not those of a state"],
    }),
  );
}

function change({ urn, name, type, kind, system, op, parent }: ResourceNode, index: number): ResourceChange {
  const lines = [
    " server {",
    "   listen 443 ssl;",
    `-  server_name old-${index}.example.com;`,
    `+  server_name new-${index}.example.com;`,
    "   location / {",
    "-    proxy_read_timeout 60s;",
    "-    proxy_pass http://127.0.0.1:3000;",
    "+    proxy_read_timeout 120s;",
    "+    proxy_pass http://127.0.0.1:3001;",
    "+    proxy_set_header X-Forwarded-Proto $scheme;",
    "   }",
  ];
  return {
    op: op === "same" ? "update" : op,
    urn,
    name,
    type,
    kind,
    system,
    ...(parent !== undefined && { parent }),
    protected: index % 9 === 0,
    replaceBecause: op === "replace" ? ["image"] : [],
    properties: [
      {
        path: "image",
        before: "registry.example.com/app@sha256:aaaa",
        after: "registry.example.com/app@sha256:bbbb",
        secret: false,
        unknown: false,
      },
      { path: "environment.TOKEN", before: "[secret]", after: "[secret]", secret: true, unknown: false },
    ],
    files: kind === "files" ? [{ path: `/etc/nginx/sites/${name}.conf`, op: "update", hunks: [{ oldStart: 1, newStart: 1, lines }] }] : [],
  };
}
