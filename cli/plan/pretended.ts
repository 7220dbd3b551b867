import type { Props, ResourceView } from "../../rehearsal/engine";
import type { Checkout } from "../../rehearsal/plan";
import { pretend } from "../../rehearsal/planner";
import { inTemporaryFolder } from "../../rehearsal/temporary-folder";

/**
 * The resources of a stack as they will be once it is deployed: what only an update knows, such as ids, is made up, so that rules see the
 * whole of what is new. Nothing outside is touched.
 *
 * @param referred Outputs of stacks that it refers to. By default these are brought up, too.
 * @throws EngineError when the stack, or one that it refers to, cannot be brought up.
 */
export const pretendedResources = (here: Checkout, stack: string, referred?: (stack: string) => Promise<Props>): Promise<ResourceView[]> =>
  inTemporaryFolder(async (stateDir) => {
    const side = { ...here, name: "this checkout" };
    const known = new Map<string, Promise<Props>>();
    const outputsOf = (name: string): Promise<Props> => {
      let outputs = known.get(name);
      if (!outputs) known.set(name, (outputs = pretend(side, name, stateDir, outputsOf).then((result) => result.outputs)));
      return outputs;
    };
    const { steps } = await pretend(side, stack, stateDir, referred ?? outputsOf);
    return steps.flatMap(({ new: view }) => (view ? [view] : []));
  });
