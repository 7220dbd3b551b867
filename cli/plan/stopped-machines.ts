import type { PlannedResource } from "../../rehearsal/plan";
import type { Differences } from "./differences";
import type { Interruption } from "./report";
import { nameOf, type Whose } from "./whose";

/**
 * Machines of AWS that the provider stops, changes and starts again.
 *
 * Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/instance (instance_type, user_data)
 */
export function stoppedMachines(
  resources: readonly PlannedResource[],
  whose: Whose,
  differencesOf: (resource: PlannedResource) => Differences,
): Interruption[] {
  return resources.flatMap((machine): Interruption[] => {
    const { urn, type, op } = machine;
    if (type !== "aws:ec2/instance:Instance" || op !== "update") return [];
    const because = differencesOf(machine).properties.flatMap(({ path }) => (STOPPING.includes(path) ? [path] : []));
    if (because.length === 0) return [];
    const what = "AWS stops the machine and starts it again, which takes some minutes: all that is on it is down meanwhile";
    return [{ urn, name: nameOf(urn), system: whose.system(machine), way: "restart", what, because }];
  });
}

const STOPPING = ["instanceType", "userData", "userDataBase64"];
