import { createHash } from "node:crypto";
import { FIRST_CONTACT } from "../components/aws/first-boot";
import { madeUp, MADE_UP_HOST_KEY } from "../components/aws/made-up";
import { secret, type CreateRequest, type CreateResponse, type Props, type Provider, type ProviderFactories } from "./engine";
import { builtinProviders } from "./providers";
import { regionOf } from "./providers/aws/region";
import { withNothingFound } from "./providers/docker";
import { randomProvider } from "./providers/random";
import { drawText } from "./providers/random/password";

/** The built-in providers, which take down what they would make and touch nothing outside. The same resources are made the same every time. */
export function pretendingProviders(): ProviderFactories {
  const builtin = builtinProviders({ hosts: [], localDirs: [] });
  const pretending = (name: string, outputs: (of: NeverMade) => Props) => (): Provider => {
    const provider = builtin[name]?.();
    if (!provider) throw new Error(`the engine has no provider "${name}"`);
    provider.create = (request) => Promise.resolve({ id: request.name, outputs: outputs(request) });
    provider.update = ({ oldOutputs, newInputs, ...of }) =>
      Promise.resolve({ outputs: { ...oldOutputs, ...outputs({ ...of, inputs: newInputs }) } });
    provider.delete = () => Promise.resolve();
    // What is taken over is as the program says.
    provider.read = (request) => Promise.resolve({ id: request.id, inputs: request.inputs, outputs: outputs(request) });
    return provider;
  };
  return {
    ...builtin,
    command: pretending("command", ({ inputs }) => ({ ...inputs, stdout: answerTo(inputs), stderr: "" })),
    aws: () => {
      let region: string | undefined;
      const made = ({ type, name, inputs }: NeverMade): Props => {
        const at = regionOf(type, inputs, region);
        return { ...inputs, ...(at !== undefined && { region: at }), ...(madeUp({ type, name, inputs }) as Props) };
      };
      const provider = pretending("aws", made)();
      const configure = provider.configure.bind(provider);
      provider.configure = (inputs) => {
        region = typeof inputs["region"] === "string" ? inputs["region"] : undefined;
        return configure(inputs);
      };
      return provider;
    },
    docker: pretending("docker", ({ type, inputs }) => withNothingFound(type, inputs)),
    random: () => {
      const provider = randomProvider();
      return { ...provider, create: (request) => drawn(request) ?? provider.create(request) };
    },
  };
}

/** Of a machine that is made, the program goes on with the key that it answers with. */
const answerTo = (inputs: Props): string => JSON.stringify(inputs["create"] === FIRST_CONTACT ? { hostKey: MADE_UP_HOST_KEY } : {});

type NeverMade = Pick<CreateRequest, "type" | "name" | "inputs">;

/**
 * Of no chance: what is made of a password, such as the mark of a file, shows in a plan. Hashes are left out, which no plan shows and which
 * took half of the processor's time.
 */
function drawn({ type, name, urn, inputs }: CreateRequest): Promise<CreateResponse> | undefined {
  const kind = type.split(":")[2];
  if (kind === "RandomPassword") {
    const result = drawText(withSets(inputs), () => 0);
    return Promise.resolve({
      id: "none",
      outputs: { ...inputs, id: "none", result: secret(result), bcryptHash: secret(`hash of ${name}`) },
    });
  }
  if (kind === "RandomId") {
    const hex = createHash("sha256")
      .update(urn)
      .digest("hex")
      .slice(0, 2 * (inputs["byteLength"] as number));
    const id = Buffer.from(hex, "hex").toString("base64url");
    return Promise.resolve({ id, outputs: { ...inputs, id, hex, b64Url: id } });
  }
  return undefined;
}

const withSets = (inputs: Props): Props => ({ upper: true, lower: true, numeric: inputs["number"] ?? true, special: true, ...inputs });
