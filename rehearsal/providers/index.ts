/** The providers that the offline engine brings with it. */
import type { ProviderFactories } from "../engine";
import { commandProvider, type Allowed } from "./command";
import { dockerProvider } from "./docker";
import { randomProvider } from "./random";

export type { Allowed, AllowedHost } from "./command";

/**
 * @param allowed What commands may reach: by itself loopback addresses, and the folder of this process.
 * @example await up({ …, providers: builtinProviders({ localDirs: [cwd] }) });
 */
export function builtinProviders(allowed: Allowed = {}): ProviderFactories {
  return { random: randomProvider, command: () => commandProvider(allowed), docker: () => dockerProvider(allowed) };
}
