/**
 * An offline engine for unmodified Pulumi Node programs: it serves the gRPC services that `@pulumi/pulumi` talks to, plans and
 * applies with built-in providers, and keeps its state in Pulumi's own deployment format.
 *
 * @example
 * const result = await up({ cwd: ".", stack: "local", stateDir: ".state", passphrase: "…", providers: { random, command } });
 */
import type { EngineOptions, Result, UntypedDeployment } from "./api";
import type { Props } from "./provider";

export * from "./api";
export * from "./event-types";
export * from "./provider";

export declare function preview(options: EngineOptions): Promise<Result>;
export declare function up(options: EngineOptions): Promise<Result>;
export declare function refresh(options: EngineOptions): Promise<Result>;
export declare function destroy(options: EngineOptions): Promise<Result>;

export type StateOptions = Pick<EngineOptions, "cwd" | "stack" | "stateDir" | "passphrase" | "command">;
/** As `pulumi stack export`; with `showSecrets` each secret is `{sig, plaintext}`. A stack without a state exports without resources. */
export declare function exportState(options: StateOptions & { showSecrets?: boolean }): Promise<UntypedDeployment>;
/** As `pulumi stack import`: takes what `pulumi stack export` (with or without `--show-secrets`) printed. */
export declare function importState(options: StateOptions, deployment: UntypedDeployment): Promise<void>;
/** The stack's outputs from the state. Secrets are `[secret]` unless `showSecrets`. */
export declare function outputs(options: StateOptions & { showSecrets?: boolean }): Promise<Props>;
