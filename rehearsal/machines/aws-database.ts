import type { Run } from "./api";
import { issue } from "./authority";
import { DATABASE } from "./block";
import { until } from "./command";
import { runService } from "./service-container";
import type { World } from "./world";

/** A database of RDS, as the emulator tells of it. */
export interface AwsDatabase {
  /** Name under which tasks ask for it. */
  address: string;
  /** Its master user and that one's password. */
  user: string;
  password: string;
  /** Name of the first database in it. */
  database: string;
}

/**
 * A PostgreSQL under the address of a database of RDS, which takes nobody without TLS, as `rds.force_ssl` does. Its data are in a volume. A
 * password that was changed is the one that holds afterwards.
 */
export async function runAwsDatabase(
  world: World,
  image: string,
  { address, user, password, database }: AwsDatabase,
  run: Run,
): Promise<void> {
  const start = startScript(user, database);
  const service = async () => {
    const { certificate, key } = await issue(world, [ROLE, address], run);
    const files = { "/database/tls.pem": certificate, "/database/tls.key": key, "/database/password": password };
    return {
      role: ROLE,
      index: DATABASE,
      aliases: [address],
      ports: [],
      volume: [ROLE, "/var/lib/postgresql/data"] satisfies [string, string],
      files: { ...files, "/database/pg_hba.conf": ADMITTED, "/database/start": start },
      start: "/database/start",
    };
  };
  await runService(world, { image, address, start, ADMITTED }, service, ROLE, run, () => Promise.resolve(image));
  const name = world.containerName(ROLE);
  const signal = run.signal ? { signal: run.signal } : {};
  await until({ step: "wait for PostgreSQL", subject: name, timeout: 120_000, ...signal }, async (saw) => {
    // Over the network, where it does not listen while it makes its first database.
    const { exitCode, stdout, stderr } = await world.exec(name, ["pg_isready", "--host=127.0.0.1"], { check: false, ...signal });
    saw(stdout + stderr);
    return exitCode === 0 || undefined;
  });
  const psql = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", `--username=${user}`, `--dbname=${database}`];
  await world.exec(name, psql, { input: `alter role "${user}" password '${password.replaceAll("'", "''")}';`, ...signal });
}

const ROLE = "database";

const ADMITTED = `local all all trust
hostssl all all all scram-sha-256
`;

const startScript = (user: string, database: string): string => `chown postgres /database/*
chmod 0600 /database/tls.key /database/password
export POSTGRES_USER='${user}' POSTGRES_DB='${database}' POSTGRES_PASSWORD_FILE=/database/password
exec docker-entrypoint.sh postgres -c ssl=on -c ssl_cert_file=/database/tls.pem -c ssl_key_file=/database/tls.key -c hba_file=/database/pg_hba.conf
`;
