/**
 * What a plan says, as data: `flowfleet plan --format json` prints it, and text, Markdown and the HTML page are made of it alone.
 *
 * Version 1. A field that is added keeps the version, one that goes or means something else raises it. Everything in it may be
 * published: secrets, account ids and private addresses are masked before it is made (`mask.ts`). The same two sides give the same
 * bytes: no times, no paths of a machine, every list in a fixed order.
 */
export interface PlanReport {
  version: 1;
  against: Against;
  /** In the order of their names. */
  stacks: StackReport[];
}

/** What the plan was compared with. */
export type Against =
  /** `--against REF`: a branch, tag or commit, and what it was then (40 hex digits). */
  | { kind: "commit"; name: string; commit: string }
  /** The plan that is committed in `infra/golden`. */
  | { kind: "golden" }
  /** `--against-state FILE`: the file's name without its folder. */
  | { kind: "state"; file: string }
  /** Everything is made for the first time. */
  | { kind: "nothing" };

export interface StackReport {
  stack: string;
  /** The other side has no such stack: everything is made for the first time. */
  isNew: boolean;
  /** SHA-256 (hex) of what is done, before it is masked. Two plans that do the same have the same, whatever stays as it is beside it. */
  digest: string;
  counts: Counts;
  /** A line for each environment and system that changes. */
  summary: SystemSummary[];
  /** What those who use the services notice, the longest first. */
  interruptions: Interruption[];
  /** Destroys and replacements of what holds data. */
  data: DataChange[];
  security: SecurityChange[];
  /** What changes, without what is folded: by system, then in the order of the tree. */
  resources: ResourceChange[];
  /** Changes that say nothing new: order, defaults, and what only follows from another change. */
  folded: FoldedChange[];
  /** Outputs of the stack, by path. */
  outputs: OutputChange[];
  cost: CostChange[];
  violations: Violation[];
  unused: UnusedSetting[];
  /** Every resource, changed or not, for a tree and a graph: parents before their children. */
  tree: ResourceNode[];
  /** What the reader has to know about this plan: what was assumed, what could not be compared. */
  notes: string[];
}

/** What is done to a resource. */
export type Op = "create" | "update" | "replace" | "delete" | "same";

/** Resources by what is done to them; those that are folded are in `folded` alone. Components and the stack itself are not counted. */
export interface Counts extends Record<Op, number> {
  folded: number;
}

export interface SystemSummary {
  /** `flowmaster`; `host main` for what belongs to a machine; `stack` for the rest. */
  system: string;
  /** As the configuration names it (`production`), for machines and what is deleted too; the stack's name where it names none, or several. */
  environment: string;
  counts: Counts;
  /** The whole line, such as `flowra (production): 1 replaced, 3 updated; down for at most 175 s`. */
  text: string;
}

/** How a service is switched over. `files`: files are exchanged in one step. `gone`: it is deleted for good. `other`: see `what`. */
export type SwitchWay = "side by side" | "reload" | "restart" | "stop-first" | "files" | "gone" | "other";

export interface Interruption {
  /** Of the component that serves. */
  urn: string;
  name: string;
  system: string;
  way: SwitchWay;
  /** The most that it can be down, in seconds; of a database of RDS, the most that is usual. Absent where that is not known, and where it never comes back. */
  seconds?: number;
  /** In the component's own words. */
  what: string;
  /** What changed that makes it necessary: `image`, `environment.LOG_LEVEL`. */
  because: string[];
}

/** Something that holds data, or a secret that is nowhere else, is deleted or replaced, or its data is left behind. */
export interface DataChange {
  urn: string;
  name: string;
  type: string;
  system: string;
  op: "delete" | "replace";
  /** Pulumi refuses until its protection is taken off, which this change does not. */
  protected: boolean;
  /**
   * `lost`: the data goes with it. `left`: Pulumi leaves it where it is, and nothing of the stack has it any more. `kept`: it lies outside (a
   * container's volume).
   */
  data: "lost" | "left" | "kept";
  /** A sentence: what it is, and what becomes of the data. */
  what: string;
}

export interface SecurityChange {
  /** `protection`: Pulumi refuses to delete or replace it, or no longer does. */
  kind: "port" | "permission" | "tls" | "secret" | "access" | "protection";
  /** `changed` says of a secret that its value is another one; the value is nowhere. */
  change: "added" | "removed" | "changed";
  /** Whether it lets more in than before. */
  opens: boolean;
  urn: string;
  system: string;
  /** A sentence: `port 8443/tcp is opened to everyone on main`. */
  what: string;
  /** Of a secret of the configuration: the first 12 hex digits of the SHA-256 of its ciphertext. Another ciphertext is another plan. */
  mark?: string;
}

/** A resource that is changed. */
export interface ResourceChange {
  op: Exclude<Op, "same">;
  /** Of what is created: it is there already and becomes the stack's. */
  imported?: true;
  urn: string;
  name: string;
  /** Type token, e.g. `command:remote:Command`. */
  type: string;
  /** For people: `files`, `release`, `container`, `aws:rds:Instance`. */
  kind: string;
  system: string;
  parent?: string;
  protected: boolean;
  /** Properties whose change makes a replacement necessary, where that is known. */
  replaceBecause: string[];
  /** Single properties. Texts of more than one line are in `files`. */
  properties: PropertyChange[];
  /** Texts by lines: files, units, nginx, documents for the helper. */
  files: TextChange[];
}

export interface PropertyChange {
  /** `image`, `environment.LOG_LEVEL`, `ports[0].internal`. */
  path: string;
  /** Masked JSON values. Absent: it was, or is, not there. */
  before?: unknown;
  after?: unknown;
  /** The value is a secret: before and after are `[secret]`, and it did change. */
  secret: boolean;
  /** Only an update will know it. */
  unknown: boolean;
}

/** A unified diff, without file headers. */
export interface TextChange {
  /** Path on the machine, or of the property (`policy`). */
  path: string;
  /** Of a file that has another name now: the path that it had. */
  was?: string;
  op: "create" | "update" | "delete";
  hunks: Hunk[];
}
export interface Hunk {
  /** First line, counted from 1; 0 of a side that has none. */
  oldStart: number;
  newStart: number;
  /** Each begins with a blank, `+` or `-`. */
  lines: string[];
}

export interface FoldedChange {
  op: Exclude<Op, "same">;
  urn: string;
  name: string;
  type: string;
  system: string;
  /** A sentence: `only the mark of main-nginx-files follows`. */
  why: string;
  /** The change that it follows from, where there is one. */
  follows?: string;
}

export interface OutputChange {
  path: string;
  /** `retyped`: a text is now an object, and the like. */
  change: "added" | "removed" | "changed" | "retyped";
  /** Who reads it has to change, too: it is gone, of another type, or another version of the contract. */
  breaking: boolean;
  /** Only the update will know the new value, which may be the old one: renderings fold it. */
  unknown?: true;
  before?: unknown;
  after?: unknown;
  /** Of what breaks: a sentence. */
  what?: string;
}

/** What a part costs for a month, by list price, before and after. */
export interface CostChange {
  /** `flowstack`, and a part of it: `flowstack: Fargate`. */
  what: string;
  currency: "USD" | "EUR";
  /** Absent: there was, or is, none, or it is `unpriced`. */
  before?: number;
  after?: number;
  /** What the table of prices does not know on either side: amounts are without it, and no difference of them is the bill's. Absent: nothing. */
  unpriced?: { before: string[]; after: string[] };
  /** Where the price is from and what was assumed. */
  basis: string;
}

/** A rule of `infra/policy` that the planned stack breaks. */
export interface Violation {
  rule: string;
  /** `mandatory` stops a deployment, `advisory` does not. */
  level: "mandatory" | "advisory";
  /** Of the resource, where the rule is about one. */
  urn?: string;
  system: string;
  /** What is wrong, and what to do. */
  message: string;
  /** The other side breaks it, too. Absent where that was not looked at. */
  isNew?: boolean;
  /** An exception that the configuration makes; the rule then does not count. */
  exception?: { reason: string; expires: string };
}

/** Set in `Pulumi.<stack>.yaml` and read by nothing. */
export interface UnusedSetting {
  /** `Pulumi.prod.yaml` */
  file: string;
  /** Counted from 1. */
  line?: number;
  /** `flowfleet:flowra.cors` */
  path: string;
  /** What to do about it. */
  what: string;
}

export interface ResourceNode {
  urn: string;
  name: string;
  type: string;
  kind: string;
  system: string;
  /** A folded change is `same` here. */
  op: Op;
  custom: boolean;
  /** Absent: the stack itself. */
  parent?: string;
  /** URNs of what it waits for. */
  dependencies: string[];
}
