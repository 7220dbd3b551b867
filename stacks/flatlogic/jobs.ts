import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../components/host/host";
import type { SecretBundle } from "../../components/secrets/secret-bundle";
import { OneTimeJob } from "../../components/service/one-time-job";
import { ScheduledJob } from "../../components/service/scheduled-job";
import { backendEnvironment } from "./environment";
import { CLEANUP_SCRIPT, DEFAULTS, FOLDERS, RESET_SCRIPT, SYSTEM } from "./guide";
import type { FlatlogicSettings } from "./settings";

interface JobArgs {
  host: Host;
  settings: FlatlogicSettings;
  /** The backend's: database access is among them. */
  secrets: SecretBundle;
}

const common = ({ host, settings, secrets }: JobArgs) => ({
  host,
  project: SYSTEM,
  user: settings.user,
  directory: `${settings.home}/${FOLDERS.workspace}/backend`,
  environment: backendEnvironment(settings),
  secrets,
});

/** Deletes expired refresh tokens every day. */
export function cleanTokens(name: string, args: JobArgs, parent: pulumi.Resource): void {
  const { home, cleanup } = args.settings;
  new ScheduledJob(
    `${name}-token-cleanup`,
    {
      ...common(args),
      service: "token-cleanup",
      description: "Expired refresh tokens of Flatlogic",
      schedule: `*-*-* ${cleanup.at}:00`,
      command: ["npm", "run", CLEANUP_SCRIPT],
      logFile: `${home}/${FOLDERS.cleanupLog}`,
      writable: [home],
    },
    { parent },
  );
}

/** Deletes all data, once for each word. Before the backend, which makes and fills the tables anew in any case. */
export function resetOnce(name: string, args: JobArgs, parent: pulumi.Resource): void {
  const { reset, home } = args.settings;
  if (!reset) return;
  const command = ["npm", "run", RESET_SCRIPT];
  const limits = { ...DEFAULTS.limits.backend, cpus: 1 };
  const own = { service: "reset", word: reset.word, command, home, limits, deadline: DEFAULTS.resetDeadline };
  new OneTimeJob(`${name}-reset`, { ...common(args), ...own }, { parent });
}
