import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../components/host/host";
import type { Size } from "../../components/kernel/size";
import type { SecretBundle } from "../../components/secrets/secret-bundle";
import { ContainerJob } from "../../components/service/container-job";
import type { ContainerNetwork } from "../../components/service/container-network";
import { ContainerService } from "../../components/service/container-service";
import type { ImageRelease } from "../../components/service/container-service";
import { SystemdJob } from "../../components/service/systemd-job";
import { SystemdService } from "../../components/service/systemd-service";
import type { ArchiveRelease } from "../../components/service/systemd-service";
import type { Upstream } from "../../components/web/nginx-site";
import { environmentOf } from "./configuration";
import type { ConfigurationFile } from "./configuration-file";
import type { APPLICATION } from "./guide";
import { DEFAULTS, LOG_FILES, LOOPBACK, PATHS, PROJECT, SERVICES } from "./guide";
import type { FlowraSettings } from "./settings";

type Binary = (typeof APPLICATION)[number];

/** Which build of the application runs: an image each, or one archive with all three binaries. */
export type ApplicationRelease = { images: Readonly<Record<Binary, ImageRelease>> } | { archive: ArchiveRelease };

export interface ApplicationArgs {
  host: Host;
  network: ContainerNetwork;
  settings: FlowraSettings;
  release: ApplicationRelease;
  secrets: SecretBundle;
  /** `config.yaml`, where the settings are in a file. */
  file: ConfigurationFile | undefined;
}

/** The application, as it serves. */
export interface Application {
  api: Upstream;
  /** What serves, by service; `migrator` is known once its migration has come to its end. */
  release: Record<"api" | "worker", pulumi.Output<string>>;
}

/** The migration first: API and worker of a release find the database as they need it, and a failing one leaves those before it alone. */
export function runApplication(name: string, args: ApplicationArgs, parent: pulumi.Resource): Application {
  const { release } = args;
  return "images" in release ? inContainers(name, args, release.images, { parent }) : onMachine(name, args, release.archive, { parent });
}

/** Of the API in a container: who sends it requests asks whether it is ready, and the container's own check whether it lives. */
export const healthOf = ({ variables }: FlowraSettings) => ({
  ...DEFAULTS.health,
  path: PATHS.readiness,
  command: `curl -fsS http://localhost:${variables.FLOWRA_SERVER_PORT}${PATHS.liveness}`,
});

type Here = pulumi.ComponentResourceOptions;

function inContainers(name: string, args: ApplicationArgs, images: Readonly<Record<Binary, ImageRelease>>, here: Here): Application {
  const { host, network, settings } = args;
  const own = (binary: Binary) => ({
    host,
    network,
    project: PROJECT,
    service: binary,
    release: images[binary],
    user: settings.users[binary],
  });
  new ContainerJob(`${name}-migrator`, { ...own("migrator"), ...jobOf(args), command: ["up"] }, here);
  const served = (binary: "api" | "worker") => ({
    ...own(binary),
    ...serviceOf(binary, args),
    index: SERVICES[binary],
    compose: { directory: settings.directory, file: settings.composeFile },
  });
  const health = { ...healthOf(settings), probeTimeout: DEFAULTS.readinessTimeout };
  const api = new ContainerService(`${name}-api`, { ...served("api"), ...portsOf(settings), health }, here);
  const alive = { alive: DEFAULTS.workerAlive };
  const worker = new ContainerService(`${name}-worker`, { ...served("worker"), neighbours: ["api"], health: alive }, here);
  return { api, release: { api: api.release, worker: worker.release } };
}

function onMachine(name: string, args: ApplicationArgs, release: ArchiveRelease, here: Here): Application {
  const { host, settings } = args;
  const { directory } = settings;
  const own = (binary: Binary) => ({
    host,
    project: PROJECT,
    service: binary,
    release,
    directory,
    user: DEFAULTS.user,
    executable: `bin/${binary}`,
  });
  new SystemdJob(`${name}-migrator`, { ...own("migrator"), ...jobOf(args), arguments: ["up"] }, here);
  const { environment, ...rest } = serviceOf("api", args);
  const health = { path: PATHS.readiness, timeout: DEFAULTS.readinessTimeout };
  const listening = { addresses: LOOPBACK, addressVariable: "FLOWRA_SERVER_HOST", ...portsOf(settings), health };
  // Nothing serves from the migrator's unit, so its link goes with the API's.
  const links = Object.fromEntries(["api", "migrator"].map((binary) => [`${directory}/bin/${binary}`, `bin/${binary}`]));
  const told = { environment: withoutAddress(environment), description: "Flowra API Server", logFile: LOG_FILES.api };
  const api = new SystemdService(`${name}-api`, { ...own("api"), ...rest, ...listening, ...told, links }, here);
  const worker = new SystemdService(
    `${name}-worker`,
    {
      ...own("worker"),
      ...serviceOf("worker", args),
      health: { alive: DEFAULTS.workerAlive },
      description: "Flowra Background Worker",
      logFile: LOG_FILES.worker,
    },
    here,
  );
  return { api, release: { api: api.release, worker: worker.release } };
}

/** Each release is told its own address. */
const withoutAddress = (environment: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => name !== "FLOWRA_SERVER_HOST"));

/** Of the migrator, either way. It has all settings as variables. */
const jobOf = ({ settings, secrets }: ApplicationArgs) => ({
  environment: environmentOf(settings, "environment"),
  secrets,
  limits: settings.sizes.migrator.limits,
  deadline: settings.migrator.deadline,
});

/** Of API and worker, either way. */
const serviceOf = (binary: "api" | "worker", { settings, secrets, file }: ApplicationArgs) => ({
  environment: environmentOf(settings, settings.configuration),
  ...(file && { mounts: file.mounts }),
  secrets,
  ...settings[binary],
  stopTimeout: settings[binary].drain,
  limits: settings.sizes[binary].limits,
  reservations: settings.sizes[binary].reservations,
});

const portsOf = ({ variables, maxBody }: FlowraSettings): { port: number; localPort: number; maxBody: Size } => ({
  port: variables.FLOWRA_SERVER_PORT,
  localPort: variables.FLOWRA_SERVER_PORT,
  maxBody,
});
