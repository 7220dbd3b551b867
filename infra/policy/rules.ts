import type { RuleName } from "./names";
import type { Rule } from "./rule";
import { balancers } from "./rules/balancers";
import { buckets } from "./rules/buckets";
import { containers } from "./rules/containers";
import { data } from "./rules/data";
import { databases } from "./rules/databases";
import { drills } from "./rules/drills";
import { hosts } from "./rules/hosts";
import { named } from "./rules/names";
import { networks } from "./rules/networks";
import { records } from "./rules/records";
import { rights } from "./rules/rights";
import { secrets } from "./rules/secrets";
import { shares } from "./rules/shares";
import { tasks } from "./rules/tasks";

/** Every rule by its name: the same for `pulumi preview --policy-pack infra/policy` and for `flowfleet plan`. */
export const RULES: Readonly<Record<RuleName, Rule>> = {
  ...secrets,
  ...containers,
  ...hosts,
  ...data,
  ...drills,
  ...named,
  ...tasks,
  ...balancers,
  ...databases,
  ...shares,
  ...buckets,
  ...rights,
  ...networks,
  ...records,
};
