import { Host } from "../host/host";
import { record } from "../host/recording";
import { SecretBundle } from "../secrets/secret-bundle";
import { ContainerNetwork } from "./container-network";
import { ContainerService } from "./container-service";
import { CANARY, itRunsContainers, SAMPLE } from "./testing/container-conformance";
import type { ContainerSpecification } from "./release";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";

describe("on a machine", () => {
  itRunsContainers(async () => {
    const { steps, outputs } = await record(() => {
      const host = new Host("main", { address: "203.0.113.10", hostKey: KEY });
      const network = new ContainerNetwork("net", { host, network: "shop", subnet: "10.90.2.0/24" });
      const secrets = new SecretBundle("secrets", { host, path: "/srv/shop/.env", variables: { PASSWORD: { value: CANARY } } });
      const place = { host, network, index: 0, localPort: 8000, compose: { directory: "/srv/shop", file: "compose.yml" } };
      return new ContainerService("api", { ...SAMPLE, ...place, secrets, folders: { "/data": "/srv/shop/data" } });
    });
    const step = steps.find(({ noun }) => noun === "release");
    const document = step?.document as unknown as ContainerSpecification & { health: { command: string[] } };
    const file = steps.find(({ name }) => name === "secrets-file-files");
    const texts = Object.values((file?.document["files"] ?? {}) as Record<string, { mode: string; text: string[] }>);
    const { command, ...times } = document.health as {
      path: string;
      command: string[];
      interval: number;
      timeout: number;
      retries: number;
      startPeriod: number;
    };
    const { release, interruption } = outputs["api"] as { release: string; interruption: string };
    return {
      image: document.release.image,
      port: document.port ?? 0,
      user: document.user,
      readOnly: document.readOnly,
      limits: { cpus: document.limits.cpus, megabytes: document.limits.memory },
      environment: document.environment as Record<string, string>,
      secrets: texts.filter(({ mode }) => mode === "0600").flatMap(({ text }) => text.map((line) => line.split("=")[0] ?? "")),
      readable: JSON.stringify(step?.inputs),
      gate: { ...times, command: command[1] ?? "" },
      // The helper's own doing, which its tests prove (`test_release.py`): it is told when to give a release up.
      goesBack: document.deadline > 0,
      drain: document.drain,
      stopTimeout: document.stopTimeout,
      staying: Object.keys(document.folders ?? {}),
      ending: Object.keys(document.tmpfs),
      logs: document.logs.files,
      interruption,
      release,
    };
  });
});
