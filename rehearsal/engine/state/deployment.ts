/** Resources to and from the form of a deployment, where secrets are ciphertext. */
import { createHash } from "node:crypto";
import type { Deployment, StoredResource } from "../api";
import type { OperationType, PendingOperation, Resource } from "../model/resource";
import type { Props, Value } from "../provider";
import { isObject, isSecret, mapValue, secret, SIG, type Obj } from "../wire/values";
import type { Crypter } from "./crypter";

export interface Contents {
  resources: Resource[];
  pending: PendingOperation[];
  metadata: Record<string, unknown>;
}

/** Written as the engine's version: the CLI whose deployments we write. */
const VERSION = "3.265.0";
const SECRET_SIG = (secret(null) as Obj)[SIG] as string;

const KNOWN = new Set([
  "urn", "custom", "delete", "id", "type", "inputs", "outputs", "parent", "protect", "external", "dependencies", "initErrors", "provider",
  "propertyDependencies", "pendingReplacement", "additionalSecretOutputs", "customTimeouts", "importID", "retainOnDelete", "deletedWith",
  "replaceWith", "created", "modified", "sourcePosition", "stackTrace", "ignoreChanges", "replaceOnChanges", "resourceHooks",
]); // prettier-ignore

/** Writes and reads resources under one key. Unchanged secrets keep their ciphertext, so that a state only differs where something changed. */
export class DeploymentCodec {
  /** urn + path -> what it was encrypted from and to. By place, not by text: equal secrets must not have equal ciphertexts. */
  private readonly sealed = new Map<string, { text: string; ciphertext: string }>();

  constructor(private readonly crypter: Crypter) {}

  encode(contents: Contents): Deployment {
    return {
      manifest: { time: new Date().toISOString(), magic: createHash("sha256").update(VERSION).digest("hex"), version: VERSION },
      secrets_providers: { type: "passphrase", state: { salt: this.crypter.salt } },
      ...(contents.resources.length > 0 && { resources: contents.resources.map((resource) => this.encodeResource(resource)) }),
      ...(contents.pending.length > 0 && {
        pending_operations: contents.pending.map(({ type, resource }) => ({ resource: this.encodeResource(resource), type })),
      }),
      metadata: contents.metadata,
    };
  }

  /** `from`: the crypter of the deployment, when it is not this codec's own; its ciphertexts are not kept. */
  decode(deployment: Deployment, from: Crypter = this.crypter): Contents {
    const decode = (stored: StoredResource): Resource => this.decodeResource(stored, from);
    return {
      resources: (deployment.resources ?? []).map(decode),
      pending: (deployment.pending_operations ?? []).map(({ type, resource }) => ({
        type: type as OperationType,
        resource: decode(resource),
      })),
      metadata: deployment.metadata,
    };
  }

  encodeResource(resource: Resource): StoredResource {
    const { rest, inputs, outputs, ...plain } = resource;
    const stored: Record<string, unknown> = { ...rest };
    for (const [field, value] of Object.entries(plain)) if (!isEmpty(value)) stored[field] = value;
    stored.custom = resource.custom;
    if (!isEmpty(inputs)) stored.inputs = this.encryptProps(inputs, `${resource.urn}\0i`);
    if (!isEmpty(outputs)) stored.outputs = this.encryptProps(outputs, `${resource.urn}\0o`);
    return stored as StoredResource;
  }
  decodeResource(stored: StoredResource, from: Crypter = this.crypter): Resource {
    const resource: Record<string, unknown> = { dependencies: [] };
    const rest: Record<string, unknown> = {};
    for (const [field, value] of Object.entries(stored)) (KNOWN.has(field) ? resource : rest)[field] = value;
    resource.inputs = this.decryptProps((stored.inputs ?? {}) as Props, `${stored.urn}\0i`, from);
    resource.outputs = this.decryptProps((stored.outputs ?? {}) as Props, `${stored.urn}\0o`, from);
    if (Object.keys(rest).length > 0) resource.rest = rest;
    return resource as unknown as Resource;
  }

  private encryptProps(props: Props, place: string): Props {
    return mapPlaces(props, place, (value, at) => {
      if (!isSecret(value)) return value;
      const text = JSON.stringify(nestedToStored(value.value));
      const known = this.sealed.get(at);
      if (known?.text === text) return { [SIG]: SECRET_SIG, ciphertext: known.ciphertext };
      const ciphertext = this.crypter.encrypt(text);
      this.sealed.set(at, { text, ciphertext });
      return { [SIG]: SECRET_SIG, ciphertext };
    });
  }
  private decryptProps(props: Props, place: string, from: Crypter): Props {
    return mapPlaces(props, place, (value, at) => {
      if (!isSecret(value)) return value;
      if (typeof value.plaintext === "string") return secret(nestedFromStored(JSON.parse(value.plaintext) as Value));
      const ciphertext = value.ciphertext as string;
      const text = from.decrypt(ciphertext);
      if (from === this.crypter) this.sealed.set(at, { text, ciphertext });
      return secret(nestedFromStored(JSON.parse(text) as Value));
    });
  }
}

/** Secrets with their JSON in clear, as `pulumi stack export --show-secrets` prints them. */
export function revealDeployment(encoded: Deployment, contents: Contents): Deployment {
  const reveal = (props: Props): Props =>
    mapValue(props, (v) => (isSecret(v) ? { [SIG]: SECRET_SIG, plaintext: JSON.stringify(nestedToStored(v.value)) } : v)) as Props;
  const resources = (encoded.resources ?? []).map((stored, i) => {
    const resource = contents.resources[i];
    if (!resource) return stored;
    return {
      ...stored,
      ...(stored.inputs !== undefined && { inputs: reveal(resource.inputs) }),
      ...(stored.outputs !== undefined && { outputs: reveal(resource.outputs) }),
    };
  });
  return encoded.resources ? { ...encoded, resources } : encoded;
}

/** A secret inside a secret is written in clear within the outer one's text, which is encrypted as a whole. */
function nestedToStored(value: Value): Value {
  return mapValue(value, (v) => (isSecret(v) ? { [SIG]: SECRET_SIG, ciphertext: JSON.stringify(nestedToStored(v.value)) } : v));
}
function nestedFromStored(value: Value): Value {
  return mapValue(value, (v) => (isSecret(v) ? secret(nestedFromStored(JSON.parse((v.plaintext ?? v.ciphertext) as string) as Value)) : v));
}

function mapPlaces(props: Props, place: string, visit: (value: Value, place: string) => Value): Props {
  const mapped: Props = {};
  for (const [key, value] of Object.entries(props)) mapped[key] = mapPlace(value, `${place}\0${key}`, visit);
  return mapped;
}
function mapPlace(value: Value, place: string, visit: (value: Value, place: string) => Value): Value {
  const visited = visit(value, place);
  if (visited !== value) return visited;
  if (Array.isArray(value)) return value.map((item, i) => mapPlace(item, `${place}\0${i}`, visit));
  return isObject(value) ? mapPlaces(value, place, visit) : value;
}

/** Empty fields are left out, except `custom`. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === "object" && Object.keys(value).length === 0;
}
