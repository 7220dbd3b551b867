/** The provider on a fake Docker, and its operations on a resource `it` of the stack prod. */
import type { DiffResponse, Props, Provider } from "../../../engine";
import { dockerProvider } from "..";
import { FakeDocker } from "./fake-docker";

export const CONTAINER = "docker:index/container:Container";
export const VOLUME = "docker:index/volume:Volume";
export const IMAGE = "docker:index/remoteImage:RemoteImage";
export const MONGO: Props = {
  name: "flowra-mongodb",
  image: "mongo:6",
  command: ["mongod"],
  envs: ["B=2", "A=1"],
  labels: [{ label: "com.docker.compose.project", value: "flowra" }],
  mounts: [{ type: "volume", source: "mongodb_data", target: "/data/db" }],
  networksAdvanced: [{ name: "flowra-network", ipv4Address: "10.91.1.38", aliases: ["mongodb"] }],
  healthcheck: { tests: ["CMD", "mongosh"], interval: "90s" },
  memory: 1024,
  memorySwap: 1024,
  cpus: "1.5",
  capabilities: { drops: ["ALL"] },
  tmpfs: { "/tmp": "size=64m" },
  restart: "unless-stopped",
  wait: true,
  waitTimeout: 2,
};

export class Bench {
  docker!: FakeDocker;
  provider!: Provider;
  /** What the provider said. */
  readonly lines: string[] = [];

  readonly open = async (): Promise<void> => {
    this.lines.length = 0;
    this.docker = await new FakeDocker().open();
    this.provider = dockerProvider({}, this.docker.daemon);
    await this.provider.configure({ host: "ssh://deploy@203.0.113.7" });
  };
  readonly close = async (): Promise<void> => {
    await this.provider.close();
    await this.docker.close();
  };
  readonly operation = (type: string, preview = false) => ({
    urn: `urn:pulumi:prod::flowfleet::${type}::it`,
    name: "it",
    type,
    preview,
    timeout: 0,
    signal: new AbortController().signal,
    log: (severity: string, message: string) => this.lines.push(`${severity}: ${message}`),
  });
  readonly check = (type: string, newInputs: Props, oldInputs: Props = {}) =>
    this.provider.check({ ...this.operation(type), oldInputs, newInputs, randomSeed: Buffer.alloc(32, 0xab) });
  readonly checked = async (type: string, newInputs: Props): Promise<Props> => (await this.check(type, newInputs)).inputs;
  readonly create = async (type: string, inputs: Props) =>
    this.provider.create({ ...this.operation(type), inputs: await this.checked(type, inputs) });
  readonly diff = async (type: string, oldOutputs: Props, inputs: Props): Promise<DiffResponse> => {
    const newInputs = await this.checked(type, inputs);
    return this.provider.diff({ ...this.operation(type), id: "x", oldInputs: {}, oldOutputs, newInputs, ignoreChanges: [] });
  };
}
/** Path -> what happens there. */
export const kinds = ({ detailedDiff }: DiffResponse): Record<string, string> =>
  Object.fromEntries(Object.entries(detailedDiff).map(([path, { kind }]) => [path, kind]));
