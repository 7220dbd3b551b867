import { command, type CommandOptions } from "./command";
import type { ExecResult } from "./api";

/** Everything that a rehearsal makes in Docker has this label, so that it is found again without any file. */
export const ESTATE_LABEL = "flowfleet.estate";
export const MACHINE_LABEL = "flowfleet.machine";
/** On images: they outlive an estate, because the next one starts sooner with them. */
export const IMAGE_LABEL = "flowfleet.image";

/** One call of the `docker` command line. */
export const docker = (argv: string[], options: CommandOptions): Promise<ExecResult> => command("docker", argv, options);

/** Output as lines, none of them empty. */
export const lines = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");

export interface ContainerFacts {
  name: string;
  /** Docker's word: `created` (never started), `running`, `exited`, … */
  state: string;
  labels: Record<string, string>;
}

const FACTS = '{"name":{{json .Names}},"state":{{json .State}},"labels":{{json .Labels}}}';

/** Containers with this label, in any state. */
export async function containersWith(label: string, signal?: AbortSignal): Promise<ContainerFacts[]> {
  const { stdout } = await docker(["ps", "--all", "--no-trunc", `--filter=label=${label}`, `--format=${FACTS}`], {
    step: "list containers",
    subject: label,
    signal,
  });
  return lines(stdout).map((line) => {
    const { name, state, labels } = JSON.parse(line) as { name: string; state: string; labels: string };
    return { name, state, labels: Object.fromEntries(labels.split(",").map((pair) => pair.split("=", 2) as [string, string])) };
  });
}

export async function imageExists(reference: string, signal?: AbortSignal): Promise<boolean> {
  const { exitCode } = await docker(["image", "inspect", "--format", "{{.Id}}", reference], {
    step: "look for an image",
    subject: reference,
    signal,
    check: false,
  });
  return exitCode === 0;
}
