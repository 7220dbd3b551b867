/** The providers that the offline engine brings with it. */
import type { ProviderFactories } from "../engine";
import { awsProvider, type Emulator } from "./aws";
import { commandProvider, type Allowed } from "./command";
import { dockerProvider } from "./docker";
import { randomProvider } from "./random";

export type { Allowed, AllowedHost } from "./command";
export { ACCOUNT as EMULATED_ACCOUNT } from "./aws/resource";
export { emulatorVariables } from "./aws/variables";

/**
 * @param allowed What commands may reach: by itself loopback addresses, and the folder of this process.
 * @param emulator Where AWS's calls go. Without one nothing of AWS can be applied.
 * @example await up({ …, providers: builtinProviders({ localDirs: [cwd] }) });
 */
export function builtinProviders(allowed: Allowed = {}, emulator?: Emulator): ProviderFactories {
  return {
    random: randomProvider,
    command: () => commandProvider(allowed),
    docker: () => dockerProvider(allowed),
    aws: () => awsProvider(emulator),
  };
}
