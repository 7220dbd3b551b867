import * as z from "zod";
import type { Problem } from "../../components/kernel/refuse";
import { coreflow } from "./coreflow-schema";
import * as f from "./fields";
import { flatlogic } from "./flatlogic-schema";
import { flowmaster } from "./flowmaster-schema";
import { flowra } from "./flowra-schema";
import { flowstack } from "./flowstack-schema";
import { git } from "./git-schema";
import { ownedHost } from "./host-schema";
import { outputs } from "./outputs-schema";
import { policies } from "./policy-schema";
import { isMissingSecret, problemsOf, zodWords } from "./problems";
import type { Path } from "./problems";
import { Secret } from "./secret";
import { state } from "./state-schema";

/** Project whose keys these are: `flowfleet:hosts`, `flowfleet:acme`, … */
export const PROJECT = "flowfleet";

/** The configuration of one stack. */
export const configuration = z.strictObject({
  hosts: z.record(z.string(), ownedHost).default({}),
  acme: f.group({ email: f.email().optional(), server: f.url().optional(), trust: f.block().optional() }),
  releases: f.text().default("releases"),
  registries: z.record(z.string(), z.strictObject({ user: f.text(), password: f.secret() })).default({}),
  git,
  reapply: f.text().optional(),
  state: state.optional(),
  outputs,
  policies: policies.optional(),
  flowmaster: flowmaster.optional(),
  flowra: flowra.optional(),
  flowstack: flowstack.optional(),
  coreflow: coreflow.optional(),
  flatlogic: flatlogic.optional(),
});

export type Configuration = z.output<typeof configuration>;
export const KEYS = Object.keys(configuration.shape) as (keyof Configuration)[];
/** Keys whose value is plain text; the others hold objects. */
export const TEXT_KEYS: readonly string[] = ["releases", "reapply"];

export interface Parsed {
  /** Unless something is wrong or missing. */
  config: Configuration | undefined;
  problems: Problem[];
  /** Paths of secrets that nobody has set. */
  missing: Path[];
}

/** Checks what was read, whole. Nothing is thrown: all that is wrong comes back together. */
export function parseConfiguration(raw: Record<string, unknown>): Parsed {
  const result = configuration.safeParse(raw, { error: zodWords });
  if (result.success) return { config: result.data, problems: [], missing: [] };
  const { issues } = result.error;
  return {
    config: undefined,
    problems: problemsOf(
      issues.filter((issue) => !isMissingSecret(issue)),
      raw,
      `${PROJECT}:`,
    ),
    missing: issues.filter(isMissingSecret).map(({ path }) => path),
  };
}

/** Without the keys that hold nothing: Pulumi.yaml declares an empty value for each, or Pulumi would ask for all of them. */
export const withoutUnset = (raw: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(raw).filter(([key, value]) => !KEYS.some((known) => known === key) || !isUnset(value)));

const isUnset = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (typeof value === "object" && !Array.isArray(value) && !(value instanceof Secret) && Object.keys(value).length === 0);
