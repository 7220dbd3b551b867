import type { PlanReport } from "../plan/report";

/**
 * What GitLab's merge request widget shows of a plan (`artifacts:reports:terraform`): a replacement is one created and one deleted, as
 * with Terraform. Source: https://docs.gitlab.com/user/infrastructure/iac/mr_integration/
 */
export function widgetCounts({ stacks }: PlanReport): { create: number; update: number; delete: number } {
  const sum = (op: "create" | "update" | "replace" | "delete"): number => stacks.reduce((total, { counts }) => total + counts[op], 0);
  return { create: sum("create") + sum("replace"), update: sum("update"), delete: sum("delete") + sum("replace") };
}
