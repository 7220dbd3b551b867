import { FIRST_CONTACT } from "../components/aws/first-boot";
import { madeUp, MADE_UP_HOST_KEY } from "../components/aws/made-up";
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
    command: pretending("command", ({ inputs }) => ({ ...inputs, stdout: answerTo(inputs), stderr: "" })),
    aws: pretending("aws", ({ type, name, inputs }) => ({ ...inputs, ...(madeUp({ type, name, inputs }) as Props) })),
    docker: pretending("docker", ({ type, inputs }) => withNothingFound(type, inputs)),
  };
}

/** Of a machine that is made, the program goes on with the key that it answers with. */
const answerTo = (inputs: Props): string => JSON.stringify(inputs["create"] === FIRST_CONTACT ? { hostKey: MADE_UP_HOST_KEY } : {});
