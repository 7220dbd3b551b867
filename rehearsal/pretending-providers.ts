import { madeUp } from "../components/aws/made-up";
import type { CreateRequest, Props, Provider, ProviderFactories } from "./engine";
import { builtinProviders } from "./providers";
import { withNothingFound } from "./providers/docker";

/** The built-in providers, which take down what they would make and touch nothing outside. */
export function pretendingProviders(): ProviderFactories {
  const builtin = builtinProviders({ hosts: [], localDirs: [] });
  const pretending = (name: string, outputs: (request: CreateRequest) => Props) => (): Provider => {
    const provider = builtin[name]?.();
    if (!provider) throw new Error(`the engine has no provider "${name}"`);
    provider.create = (request) => Promise.resolve({ id: request.name, outputs: outputs(request) });
    return provider;
  };
  return {
    ...builtin,
    command: pretending("command", ({ inputs }) => ({ ...inputs, stdout: "{}", stderr: "" })),
    aws: pretending("aws", ({ type, name, inputs }) => ({ ...inputs, ...(madeUp({ type, name, inputs }) as Props) })),
    docker: pretending("docker", ({ type, inputs }) => withNothingFound(type, inputs)),
  };
}
