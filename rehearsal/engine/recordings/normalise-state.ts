/** Exported deployment → its recorded form. */
import type { Props, StoredResource, UntypedDeployment, Value } from "..";
import { shownSecret, type Volatile } from "./volatile";

const DROPPED = new Set(["created", "modified", "sourcePosition", "stackTrace"]);

export interface NormalisedState {
  outputs: Props;
  deployment: Props;
  deploymentVersion: number;
  secretPlaintexts: Props;
}

/** @param exported With secrets shown. */
export function normaliseState(exported: UntypedDeployment, volatile: Volatile, keepSalt: boolean): NormalisedState {
  const { deployment, version } = exported;
  const resources = [...(deployment.resources ?? [])].sort((a, b) => (a.urn < b.urn ? -1 : a.urn > b.urn ? 1 : 0));
  const pending = deployment.pending_operations ?? [];
  for (const resource of [...resources, ...pending.map(({ resource }) => resource)]) volatile.learn(resource);
  const secrets: Props = {};
  resources.forEach((resource, i) => {
    collectSecrets(resource as unknown as Value, `/resources/${i}`, secrets, volatile);
  });
  const { secrets_providers: provider } = deployment;
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return {
    outputs: volatile.value((stack?.["outputs"] ?? {}) as Props, "secret") as Props,
    deployment: {
      metadata: volatile.value(deployment.metadata as Props, "ciphertext"),
      ...(deployment.resources && { resources: resources.map((resource) => normaliseResource(resource, volatile)) }),
      ...(deployment.pending_operations && {
        pending_operations: pending.map(({ type, resource }) => ({ type, resource: normaliseResource(resource, volatile) })),
      }),
      ...(provider && {
        secrets_providers: keepSalt ? provider : { ...provider, state: { ...provider.state, salt: "<salt>" } },
      }),
    },
    deploymentVersion: version,
    secretPlaintexts: secrets,
  };
}

function normaliseResource(resource: StoredResource, volatile: Volatile): Props {
  const kept = Object.fromEntries(Object.entries(resource).filter(([field]) => !DROPPED.has(field))) as Props;
  const normal = volatile.value(kept, "ciphertext") as Props;
  const { dependencies, propertyDependencies } = normal;
  if (Array.isArray(dependencies)) dependencies.sort();
  for (const list of Object.values((propertyDependencies ?? {}) as Record<string, Value>)) if (Array.isArray(list)) list.sort();
  return normal;
}

function collectSecrets(value: Value, pointer: string, found: Props, volatile: Volatile): void {
  if (typeof value !== "object" || value === null) return;
  const shown = shownSecret(value);
  if (shown !== undefined) {
    found[pointer] = volatile.value(shown, "ciphertext");
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    collectSecrets(item, `${pointer}/${key.replace(/~/g, "~0").replace(/\//g, "~1")}`, found, volatile);
  }
}
