/**
 * An offline engine for unmodified Pulumi Node programs: it serves the gRPC services that `@pulumi/pulumi` talks to, plans and
 * applies with built-in providers, and keeps its state in Pulumi's own deployment format.
 *
 * @example
 * const result = await up({ cwd: ".", stack: "local", stateDir: ".state", passphrase: "…", providers: { random, command } });
 */
export * from "./api";
export { destroy, preview, refresh, up } from "./engine";
export { EngineError } from "./errors";
export * from "./event-types";
export { isDefaultProvider } from "./model/urn";
export * from "./provider";
export { readIfExists, writeAtomically } from "./state/files";
export { Lock } from "./state/lock";
export { exportState, importState, outputs, type StateOptions } from "./state-commands";
export { containsSecret, containsUnknown, isSecret, isUnknown, maskSecrets, revealSecrets, secret, UNKNOWN } from "./wire/values";
