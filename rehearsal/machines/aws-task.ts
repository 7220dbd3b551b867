import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsEmulator, type AwsTask, type AwsTaskOptions, type Estate, type Run, StepFailed } from "./api";
import { authority } from "./authority";
import { type AwsDatabase, runAwsDatabase } from "./aws-database";
import { healthArgv, patienceOf, taskArgv } from "./aws-task-argv";
import { TASK } from "./block";
import { lastLines, until } from "./command";
import { docker } from "./docker";
import { worldOf } from "./estate";
import { digestOf } from "./recipe";
import type { World } from "./world";

/**
 * What Fargate would run: one task of a service, as the task definition in the emulator says. Its image comes by its digest, its secrets
 * from Parameter Store, the database that its variables name is a PostgreSQL beside it, a share of EFS is a volume. It is there when it is
 * healthy; another definition, or another value of a secret, is another container in the place of the one before.
 *
 * @returns `undefined` where its database is not one of the emulator.
 * @throws with its last lines when it ends or does not become healthy.
 */
export async function runAwsTask(estate: Estate, emulator: AwsEmulator, options: AwsTaskOptions): Promise<AwsTask | undefined> {
  const world = worldOf(estate);
  const ask: Ask = async (argv) => JSON.parse(await emulator.cli(options.region, argv.split(" "), options)) as unknown;
  const definition = await definitionOf(ask, options);
  const [asked] = definition.containerDefinitions ?? [];
  const container = asked && vouchedFor(asked, options.authorities, await authority(world, options));
  if (!container) throw new Error(`task definition ${definition.taskDefinitionArn ?? ""}: has no container`);
  const secrets = await secretsOf(ask, container);
  const database = await databaseOf(ask, container, secrets[options.password] ?? "");
  if (!database) {
    options.report?.("not run: its database is not in the emulator");
    return undefined;
  }
  const [image] = await Promise.all([
    options.fetch(container.image ?? ""),
    runAwsDatabase(world, await options.postgres(), database, options),
  ]);
  const shares = await sharesOf(ask, definition, world, image, options);
  await replace(world, image, taskArgv(definition, container, shares), portOf(container), secrets, options);
  await healthy(world, container, options);
  return { url: `http://${world.loopbackAddress(TASK)}:${portOf(container)}`, containerName: world.containerName(ROLE) };
}

type Ask = (argv: string) => Promise<unknown>;

const ROLE = "task";
const SPECIFICATION = "flowfleet.specification";

async function definitionOf(ask: Ask, { cluster, service }: AwsTaskOptions): Promise<TaskDefinition> {
  const asked = `ecs describe-services --cluster ${cluster} --services ${service} --query services[0].taskDefinition`;
  const arn = (await ask(asked)) as string;
  return (await ask(`ecs describe-task-definition --task-definition ${arn} --query taskDefinition`)) as TaskDefinition;
}

async function secretsOf(ask: Ask, { secrets = [] }: ContainerDefinition): Promise<Record<string, string>> {
  const found = secrets.map(async ({ name = "", valueFrom = "" }) => {
    const parameter = valueFrom.replace(/^arn:.*:parameter/, "");
    return [name, await ask(`ssm get-parameter --name ${parameter} --with-decryption --query Parameter.Value`)] as [string, string];
  });
  return Object.fromEntries(await Promise.all(found));
}

/** A task that verifies its database is told who vouches for the one that takes its place. */
const vouchedFor = (container: ContainerDefinition, variable: string, pem: string): ContainerDefinition => ({
  ...container,
  environment: (container.environment ?? []).map(({ name, value }) =>
    name === variable ? { name, value: Buffer.from(pem).toString("base64") } : { name, value },
  ),
});

/** The one whose address a variable has. */
async function databaseOf(ask: Ask, { environment = [] }: ContainerDefinition, password: string): Promise<AwsDatabase | undefined> {
  const about = "DBInstances[].{address:Endpoint.Address,user:MasterUsername,database:DBName}";
  const all = (await ask(`rds describe-db-instances --query ${about}`)) as Omit<AwsDatabase, "password">[];
  const found = all.find(({ address }) => environment.some(({ value }) => value === address));
  return found && { ...found, password };
}

/** Volume of the task → Docker's volume for its share, whose directory belongs to the access point's user from the beginning. */
async function sharesOf(
  ask: Ask,
  { volumes = [] }: TaskDefinition,
  world: World,
  image: string,
  { signal }: Run,
): Promise<Map<string, string>> {
  const shares = new Map<string, string>();
  for (const { name = "", efsVolumeConfiguration: share } of volumes) {
    const point = share?.authorizationConfig?.accessPointId;
    if (point === undefined) continue;
    const volume = `${world.prefix}-${point}`;
    const about = { step: "make a volume", subject: volume, signal };
    shares.set(name, volume);
    if ((await docker(["volume", "inspect", volume], { ...about, check: false })).exitCode === 0) continue;
    const asked = `efs describe-access-points --access-point-id ${point} --query AccessPoints[0].PosixUser`;
    const { Uid, Gid } = (await ask(asked)) as { Uid: number; Gid: number };
    await docker(["volume", "create", `--label=${world.label}`, volume], about);
    const owned = ["--network=none", "--user=0", "--entrypoint=chown", `--volume=${volume}:/share`, image, `${Uid}:${Gid}`, "/share"];
    await docker(["run", "--rm", ...owned], about);
  }
  return shares;
}

const portOf = ({ portMappings: [first] = [] }: ContainerDefinition): number => first?.containerPort ?? 80;

/** Runs the container that is wanted; one that is another ends before, in its own time. */
async function replace(
  world: World,
  image: string,
  argv: readonly string[],
  port: number,
  secrets: Record<string, string>,
  { signal, report }: Run,
): Promise<void> {
  const name = world.containerName(ROLE);
  const digest = digestOf(image, argv, port, secrets);
  const about = { subject: name, signal };
  const found = await world.container(name, signal);
  if (found?.labels[SPECIFICATION] === digest && found.state === "running") return;
  if (found) {
    await docker(["stop", name], { step: "end a task", timeout: 180_000, ...about });
    await world.remove(name, { ...(signal && { signal }) });
  }
  const address = [`--network=${world.prefix}`, `--ip=${world.internalAddress(TASK)}`];
  const published = `--publish=${world.loopbackAddress(TASK)}:${port}:${port}`;
  await withFile(lines(secrets), async (file) => {
    const own = [`--name=${name}`, `--label=${world.label}`, `--label=${SPECIFICATION}=${digest}`, ...address, published];
    await docker(["create", ...own, ...argv, `--env-file=${file}`, image], { step: "make a task", ...about });
  });
  await docker(["start", name], { step: "start a task", ...about });
  report?.(`task started`);
}

/** As Docker reads them: a line each, whatever is in it. */
function lines(secrets: Record<string, string>): string {
  const broken = Object.keys(secrets).filter((name) => secrets[name]?.includes("\n"));
  if (broken.length > 0) throw new Error(`secrets ${broken.join(", ")}: of several lines, which Docker does not take`);
  return Object.entries(secrets)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

async function withFile(text: string, use: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "flowfleet-task-"));
  try {
    await writeFile(join(folder, "variables"), text, { mode: 0o600 });
    await use(join(folder, "variables"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function healthy(world: World, container: ContainerDefinition, { signal }: Run): Promise<void> {
  const name = world.containerName(ROLE);
  const step = "wait for a task to be healthy";
  const log = async (): Promise<string> => {
    const { stdout, stderr } = await docker(["logs", "--tail=20", name], { step: "read a task's log", subject: name, signal });
    return lastLines(stdout + stderr);
  };
  await until({ step, subject: name, timeout: patienceOf(container) * 1000, every: 500, signal }, async (saw) => {
    const found = await world.container(name, signal);
    if (found?.state !== "running") throw new StepFailed(step, name, "it ended", await log());
    const { exitCode } = await world.exec(name, healthArgv(container), { check: false, ...(signal && { signal }) });
    if (exitCode !== 0) saw(await log());
    return exitCode === 0 || undefined;
  });
}
