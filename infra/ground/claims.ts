import type { SystemClaim } from "../../components/host/claim";
import { claimOf as coreflow } from "../../stacks/coreflow/coreflow";
import { claimOf as flatlogic } from "../../stacks/flatlogic/flatlogic";
import { claimOf as flowmaster } from "../../stacks/flowmaster/flowmaster";
import { claimOf as flowra } from "../../stacks/flowra/flowra";
import type { Config } from "../config/read-config";

/** What the systems of the stack will claim on one of its machines. */
export function claimsOn(name: string, config: Config): SystemClaim[] {
  const here = ({ host }: { host?: { name: string; stack?: string | undefined } | undefined }) =>
    host !== undefined && host.stack === undefined && host.name === name;
  return [
    ...(config.flowmaster && here(config.flowmaster) ? [flowmaster(config.flowmaster)] : []),
    ...(config.flowra && here(config.flowra) ? [flowra(config.flowra)] : []),
    ...(config.flatlogic && here(config.flatlogic) ? [flatlogic(config.flatlogic)] : []),
    ...(config.coreflow && here(config.coreflow) ? [coreflow(config.coreflow)] : []),
  ];
}
