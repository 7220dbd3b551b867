import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../host/host";
import { HostStep } from "../host/host-step";
import { inSeconds } from "../kernel/duration";
import type { Duration } from "../kernel/duration";
import { portProblems, slugProblems } from "../kernel/names";
import { refuse } from "../kernel/refuse";
import type { Problem } from "../kernel/refuse";
import { atLeast, durationProblems, requestPathProblems, secondOrMoreProblems } from "../kernel/workload-problems";

/** What is looked after: a service of ours, whichever release serves, by `"<project>-<service>"`; or a container by its name. */
export type LivenessTarget = { service: string } | { container: string };

/** How one sees that it lives. That its main process is neither stopped nor a zombie is looked at in any case. */
export type LivenessProbe =
  /** An HTTP path that answers with a status from 200 to 399. */
  | { path: string; port: number }
  /** A command in the container that exits with 0. */
  | { command: readonly string[] }
  /** Nothing but its main process and, of a container that has one, Docker's own health check. */
  | { process: true };

export interface LivenessArgs {
  host: Host;
  /** Names the check and its timer: `"flowra-api"` makes `flowfleet-liveness-flowra-api.timer`. */
  service: string;
  target: LivenessTarget;
  probe: LivenessProbe;
  /** @default "10 seconds" */
  every?: Duration;
  /** How long one answer may take. @default "5 seconds" */
  timeout?: Duration;
  /** So many in a row, and it is restarted. @default 3 */
  failures?: number;
  /** How long it may come up before it has to answer. @default "30 seconds" */
  startPeriod?: Duration;
}

/**
 * A timer on the machine that restarts a service which runs but does not live: Docker and systemd by themselves start anew only what has
 * ended. A process that hangs serves again within a minute. Never while a release of the service is under way; what was stopped by hand
 * stays stopped. What it did is in the journal: `journalctl -u flowfleet-liveness-<service>`.
 *
 * @example new Liveness("api-liveness", { host, service: "flowra-api", target: { service: "flowra-api" }, probe: { path: "/health", port: 8080 } });
 */
export class Liveness extends pulumi.ComponentResource {
  constructor(name: string, args: LivenessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("flowfleet:service:Liveness", name, {}, opts);
    const { host, service } = args;
    refuse(this, name, [...livenessProblems(args), ...host.reserve("service", `liveness check ${service}`, name)]);
    new HostStep(`${name}-timer`, { host, noun: "liveness", document: livenessDocument(args), removable: true }, { parent: this });
    this.registerOutputs({});
  }
}

const livenessDocument = ({ service, target, probe, every, timeout, failures, startPeriod }: LivenessArgs) => ({
  service,
  target,
  probe,
  every: inSeconds(every ?? "10 seconds"),
  timeout: inSeconds(timeout ?? "5 seconds"),
  failures: failures ?? 3,
  startPeriod: inSeconds(startPeriod ?? "30 seconds"),
});

const livenessProblems = ({ service, target, probe, every, timeout, failures = 3, startPeriod }: LivenessArgs): Problem[] => [
  ...slugProblems("service", service),
  ...("service" in target ? slugProblems("target/service", target.service) : containerProblems(target.container)),
  ...("command" in probe && "service" in target
    ? [{ path: "probe/command", wrong: "is for a container", todo: "ask a service by path and port, or by its process" }]
    : []),
  ...("path" in probe ? httpProblems(probe) : []),
  ...("command" in probe && probe.command.length === 0 ? [{ path: "probe/command", wrong: "must not be empty" }] : []),
  ...durationProblems({ startPeriod }),
  ...secondOrMoreProblems({ every, timeout }),
  ...atLeast("failures", failures, 1),
];

const containerProblems = (container: string): Problem[] =>
  /^[a-z0-9][a-z0-9._-]*$/.test(container)
    ? []
    : [{ path: "target/container", wrong: 'must be the name of a container such as "flowra-redis"', got: container }];

const httpProblems = ({ path, port }: { path: string; port: number }): Problem[] => [
  ...requestPathProblems("probe/path", path),
  ...portProblems("probe/port", port),
];
