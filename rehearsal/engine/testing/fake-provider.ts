/** A provider for tests: package `test`, resources that remember what was done to them. */
import { PartialFailure, type DiffResponse, type Props, type Provider, type ProviderFactories } from "../provider";
import { equal } from "../wire/values";
import { UNKNOWN } from "../wire/values";

export interface FakeWorld {
  /** `create a`, `delete a#1` … in the order in which they ended. */
  calls: string[];
  /** Ids of what exists. */
  existing: Map<string, Props>;
  running: number;
  mostRunning: number;
  providers: ProviderFactories;
}

/**
 * Inputs: `kind` replaces when it changes; `value` updates; `ms` how long an operation takes; `fail` the operation that fails
 * ("create", "update", "delete", "partial", "check"). Outputs: the inputs and `result`, `<name>=<value>`.
 */
export function fakeWorld(): FakeWorld {
  const world: FakeWorld = { calls: [], existing: new Map(), running: 0, mostRunning: 0, providers: {} };
  let count = 0;
  const outputs = (name: string, inputs: Props, preview: boolean): Props => ({
    ...inputs,
    result: preview ? UNKNOWN : `${name}=${JSON.stringify(inputs.value ?? null)}`,
  });
  const work = async (what: string, inputs: Props): Promise<void> => {
    world.running++;
    world.mostRunning = Math.max(world.mostRunning, world.running);
    await new Promise((resolve) => setTimeout(resolve, Number(inputs.ms ?? 0)));
    world.running--;
    world.calls.push(what);
  };
  const provider = (): Provider => ({
    configure: () => Promise.resolve(),
    check: ({ newInputs }) =>
      Promise.resolve({ inputs: newInputs, failures: newInputs.fail === "check" ? [{ property: "fail", reason: "it was asked to" }] : [] }),
    diff: ({ oldInputs, newInputs }) => Promise.resolve(diff(oldInputs, newInputs)),
    create: async ({ name, inputs, preview }) => {
      if (preview) return { id: "", outputs: outputs(name, inputs, true) };
      await work(`create ${name}`, inputs);
      if (inputs.fail === "create") throw new Error(`${name} cannot be created`);
      const id = `${name}#${++count}`;
      world.existing.set(id, inputs);
      if (inputs.fail === "partial") throw new PartialFailure(`${name} is not ready`, id, outputs(name, inputs, false), ["not ready"]);
      return { id, outputs: outputs(name, inputs, false) };
    },
    read: ({ id, inputs, outputs: olds }) => {
      const found = world.existing.get(id);
      // Nothing is known of what is imported but what is there.
      const imported = found !== undefined && Object.keys(olds).length === 0;
      return Promise.resolve(found && (imported ? { id, inputs: found, outputs: found } : { id, inputs, outputs: olds }));
    },
    update: async ({ name, newInputs, preview, id }) => {
      if (preview) return { outputs: outputs(name, newInputs, true) };
      await work(`update ${id}`, newInputs);
      if (newInputs.fail === "update") throw new Error(`${name} cannot be updated`);
      world.existing.set(id, newInputs);
      return { outputs: outputs(name, newInputs, false) };
    },
    delete: async ({ name, id, inputs }) => {
      await work(`delete ${id}`, inputs);
      if (inputs.fail === "delete") throw new Error(`${name} cannot be deleted`);
      world.existing.delete(id);
    },
    invoke: ({ token, args }) => Promise.resolve({ result: { token, ...args }, failures: [] }),
    close: () => Promise.resolve(),
  });
  world.providers = { test: provider };
  return world;
}

function diff(olds: Props, news: Props): DiffResponse {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const diffs = keys.filter((key) => key !== "fail" && key !== "ms" && !equal(olds[key], news[key])).sort();
  const replaces = diffs.filter((key) => key === "kind");
  const detailedDiff = Object.fromEntries(
    diffs.map((key) => [key, { kind: key === "kind" ? ("update-replace" as const) : ("update" as const), inputDiff: true }]),
  );
  return { changes: diffs.length > 0 ? "some" : "none", diffs, replaces, deleteBeforeReplace: false, detailedDiff };
}
