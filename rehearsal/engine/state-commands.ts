/** What can be done with a state without running anything. */
import type { EngineOptions, UntypedDeployment } from "./api";
import { readProject, readStackFile } from "./config";
import { EngineError } from "./errors";
import { STACK_TYPE } from "./model/urn";
import type { Props } from "./provider";
import { revealDeployment } from "./state/deployment";
import { Lock } from "./state/lock";
import { asUntyped, emptyDeployment, lockFileOf, openCrypter, readDeployment, StateStore, type StateLocation } from "./state/store";
import { maskSecrets, revealSecrets } from "./wire/values";

export type StateOptions = Pick<EngineOptions, "cwd" | "stack" | "stateDir" | "passphrase" | "command" | "ignoreConfigFile">;

/** As `pulumi stack export`; with `showSecrets` each secret is `{sig, plaintext}`. A stack without a state exports without resources. */
export async function exportState(options: StateOptions & { showSecrets?: boolean }): Promise<UntypedDeployment> {
  const at = locate(options);
  const stored = readDeployment(at);
  if (!stored) return asUntyped(emptyDeployment());
  if (!options.showSecrets) return asUntyped(stored);
  const store = await open(options, at);
  return asUntyped(revealDeployment(store.codec.encode(store.contents), store.contents));
}

/** As `pulumi stack import`: takes what `pulumi stack export` (with or without `--show-secrets`) printed. */
export async function importState(options: StateOptions, deployment: UntypedDeployment): Promise<void> {
  if (deployment.version !== 3) throw new EngineError(`deployment version ${deployment.version} is not supported; expected 3`);
  const at = locate(options);
  const lock = Lock.take(lockFileOf(at), `stack "${options.stack}"`, options.command ?? "engine import");
  try {
    const store = await open(options, at);
    const provider = deployment.deployment.secrets_providers;
    if (provider && provider.type !== "passphrase") {
      throw new EngineError(
        `secrets provider "${provider.type}" is not supported; export with --show-secrets, or use the passphrase provider`,
      );
    }
    const salt = provider?.state?.salt;
    store.write(store.codec.decode(deployment.deployment, salt ? await openCrypter(options.passphrase, salt) : undefined));
  } finally {
    lock.release();
  }
}

/** The stack's outputs from the state. Secrets are `[secret]` unless `showSecrets`. */
export async function outputs(options: StateOptions & { showSecrets?: boolean }): Promise<Props> {
  const at = locate(options);
  const { contents, exists } = await open(options, at);
  if (!exists) throw new EngineError(`stack "${options.stack}" of project "${at.project}" has no state`);
  const outputs = contents.resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
  return options.showSecrets ? revealSecrets(outputs) : maskSecrets(outputs);
}

function locate(options: StateOptions): StateLocation {
  return { stateDir: options.stateDir, project: readProject(options.cwd).name, stack: options.stack };
}
async function open(options: StateOptions, at: StateLocation): Promise<StateStore> {
  const { encryptionsalt } = options.ignoreConfigFile === true ? {} : readStackFile(options.cwd, options.stack);
  return StateStore.open(at, options.passphrase, encryptionsalt ? await openCrypter(options.passphrase, encryptionsalt) : undefined);
}
