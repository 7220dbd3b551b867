import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { mapValues } from "../components/kernel/map-values";
import type { DiffRequest, Props, ProviderFactories, StoredResource, UntypedDeployment, Value } from "./engine";
import { isSecret, secret } from "./engine";
import { isGroup } from "./outputs";
import { type Checkout, type Plan, plainProviders, planOf, previewIn } from "./plan";
import { PROJECT, stateOf, takeProtectionOff } from "./planner";
import { UNDECRYPTED } from "./secret-differences";
import { inTemporaryFolder } from "./temporary-folder";

/**
 * Plans a stack where a state stands that `pulumi stack export` wrote. Its secrets stay encrypted: they are compared with nothing, so that
 * a secret that differs alone changes nothing here.
 */
export function planAgainstState(here: Checkout, stack: string, exported: UntypedDeployment): Promise<Plan> {
  return inTemporaryFolder(async (stateDir) => {
    const resources = (exported.deployment.resources ?? []).filter((one) => one["delete"] !== true).map(withoutCiphertext);
    const latest = { manifest: exported.deployment.manifest, metadata: {}, resources };
    mkdirSync(path.join(stateDir, PROJECT), { recursive: true });
    writeFileSync(
      stateOf(stateDir, stack),
      JSON.stringify({ version: 3, checkpoint: { stack: `organization/${PROJECT}/${stack}`, latest } }),
    );
    const freed = takeProtectionOff(stateOf(stateDir, stack));
    const result = await previewIn(here, stack, stateDir, { providers: comparingNoSecrets(plainProviders()) });
    const outputs = resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.["outputs"] as Props | undefined;
    return planOf(stack, result, opened(outputs ?? {}) as Props, freed);
  });
}

/** In the place of each secret a word that stands for any; in the form of an export that shows secrets, which needs no passphrase. */
function withoutCiphertext(resource: StoredResource): StoredResource {
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null) return value;
    if (isSecret(value as Value)) return { ...(secret(null) as Props), value: undefined, plaintext: JSON.stringify(UNDECRYPTED) };
    return mapValues(value as Props, replace);
  };
  return { ...resource, inputs: replace(resource["inputs"] ?? {}), outputs: replace(resource["outputs"] ?? {}) };
}

/** As `secret()` marks it. */
function opened(value: Value): Value {
  if (isSecret(value)) return secret(UNDECRYPTED);
  if (Array.isArray(value)) return value.map(opened);
  return typeof value === "object" && value !== null ? mapValues(value, opened) : value;
}

const comparingNoSecrets = (factories: ProviderFactories): ProviderFactories =>
  mapValues(factories, (factory) => () => {
    const provider = factory();
    const diff = provider.diff.bind(provider);
    return {
      ...provider,
      diff: (request: DiffRequest) => diff({ ...request, newInputs: asFar(request.oldInputs, request.newInputs) as Props }),
    };
  });

/** The new value, but where the old one is not known: there it is taken to be the same. */
function asFar(before: Value | undefined, after: Value): Value {
  if (before === UNDECRYPTED) return UNDECRYPTED;
  if (typeof before === "string" && typeof after === "string" && withoutMarks(before) === withoutMarks(after)) return before;
  if (Array.isArray(before) && Array.isArray(after)) return after.map((item, index) => asFar(before[index], item));
  if (!isGroup(before) || !isGroup(after)) return after;
  return Object.fromEntries(Object.entries(after).map(([key, inner]) => [key, asFar(before[key], inner)]));
}

/** Marks of secrets (`components/kernel/mark.ts`), which are other ones for stand-ins. */
const withoutMarks = (text: string): string => text.replace(/(?<![0-9A-Za-z])[0-9a-f]{12}(?![0-9A-Za-z])/g, "…");
