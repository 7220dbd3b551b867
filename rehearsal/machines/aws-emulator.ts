import type { AwsEmulator, Estate, Run } from "./api";
import { AWS } from "./block";
import { until } from "./command";
import { worldOf } from "./estate";
import { runService, type Service } from "./service-container";
import type { World } from "./world";

const PORT = 5000;

/**
 * moto: AWS's APIs without AWS, on a loopback address of the estate. It keeps what it is told in memory, so a container that ends takes all
 * of it along, as `status` and `down` expect of a throwaway cloud.
 *
 * @param image What has `moto_server` and `aws` in `/opt/aws/bin`.
 */
export async function startAwsEmulator(estate: Estate, image: string, run: Run = {}): Promise<AwsEmulator> {
  const world = worldOf(estate);
  const started = await runService(
    world,
    { image, START, SERVE },
    () => Promise.resolve(SERVICE),
    ROLE,
    run,
    () => Promise.resolve(image),
  );
  const endpoint = `http://${world.loopbackAddress(AWS)}:${PORT}`;
  if (started) run.report?.(`AWS emulator at ${endpoint}`);
  await answering(world, run);
  const cli: AwsEmulator["cli"] = async (region, argv, { signal, timeout = 120_000 } = {}) => {
    const settings = [`AWS_DEFAULT_REGION=${region}`, "AWS_ACCESS_KEY_ID=rehearsal", "AWS_SECRET_ACCESS_KEY=rehearsal", "AWS_PAGER="];
    const command = ["env", ...settings, "/opt/aws/bin/aws", `--endpoint-url=http://127.0.0.1:${PORT}`, ...argv];
    return (await world.exec(world.containerName(ROLE), command, { timeout, ...(signal ? { signal } : {}) })).stdout;
  };
  return { endpoint, isNew: started, cli, zone: (name, options) => hostedZone(cli, name, options) };
}

/** Route 53 is in no region, and takes any for its own. */
async function hostedZone(cli: AwsEmulator["cli"], name: string, run?: Run): Promise<string> {
  const ask = async (argv: string[]): Promise<unknown> => JSON.parse(await cli("us-east-1", ["route53", ...argv], run));
  const { HostedZones } = (await ask(["list-hosted-zones"])) as { HostedZones: { Id: string; Name: string }[] };
  const found = HostedZones.find((zone) => zone.Name === `${name}.`);
  if (found) return idOf(found.Id);
  const made = await ask(["create-hosted-zone", `--name=${name}`, `--caller-reference=${name}`]);
  return idOf((made as { HostedZone: { Id: string } }).HostedZone.Id);
}

const idOf = (path: string): string => path.replace("/hostedzone/", "");

const ROLE = "aws";

/** The policies that AWS brings along are there, and a certificate is issued after a second instead of a minute. */
const START = `export MOTO_IAM_LOAD_MANAGED_POLICIES=true MOTO_ACM_VALIDATION_WAIT=1
exec /opt/aws/bin/python /aws/serve.py --host 0.0.0.0 --port ${PORT}
`;

// AWS's hosted zones have ids that begin with a Z. In moto a service runs no task until it is told how many there are, and what was changed
// of a service it forgets to tell of its deployment. Whether a record may be created it asks its list of former changes: it refuses one that
// was deleted since, and takes one that stands with another value.
const SERVE = `import os
import sys

from moto.ecs.models import EC2ContainerServiceBackend as Backend
from moto.route53 import models as route53
from moto.route53.exceptions import ResourceRecordAlreadyExists
from moto.route53.models import Route53Backend as Names
from moto.server import main

_zone_id, _change_records = route53.create_route53_zone_id, Names.change_resource_record_sets
_create, _update = Backend.create_service, Backend.update_service


def create_service(self, cluster_str, service_name, desired_count, *others, **named):
    os.environ["MOTO_ECS_SERVICE_RUNNING"] = str(desired_count)
    return _create(self, cluster_str, service_name, desired_count, *others, **named)


def update_service(self, properties):
    service = self._get_service(properties.get("cluster", "default"), properties["service"].split("/")[-1])
    if properties.get("desired_count") is None:
        properties["desired_count"] = service.desired_count
    _update(self, properties)
    for deployment in service.deployments:
        deployment["taskDefinition"] = service.task_definition
        deployment["desiredCount"] = deployment["runningCount"] = service.desired_count
    return service


def change_records(self, zone_id, changes):
    for change in [one for one in changes if one["Action"] == "CREATE"]:
        name, kind = change["ResourceRecordSet"]["Name"].strip(".") + ".", change["ResourceRecordSet"]["Type"]
        if any((record.name, record.type) == (name, kind) for record in self.get_hosted_zone(zone_id).rrsets):
            raise ResourceRecordAlreadyExists(name=name, _type=kind)
        change["Action"] = "UPSERT"
    return _change_records(self, zone_id, changes)


route53.create_route53_zone_id = lambda *given, **named: "Z" + _zone_id(*given, **named)
Names.change_resource_record_sets = change_records
Backend.create_service, Backend.update_service = create_service, update_service
main(sys.argv[1:])
`;

const SERVICE: Service = {
  role: ROLE,
  index: AWS,
  aliases: ["aws"],
  ports: [PORT],
  files: { "/aws/start": START, "/aws/serve.py": SERVE },
  start: "/aws/start",
};

async function answering(world: World, { signal }: Run): Promise<void> {
  const name = world.containerName(ROLE);
  const ask = `import urllib.request; urllib.request.urlopen("http://127.0.0.1:${PORT}/moto-api/config", timeout=5)`;
  await until({ step: "wait for the AWS emulator", subject: name, timeout: 60_000, signal }, async (saw) => {
    const { exitCode, stderr } = await world.exec(name, ["/opt/aws/bin/python", "-c", ask], {
      check: false,
      ...(signal ? { signal } : {}),
    });
    saw(stderr);
    return exitCode === 0 || undefined;
  });
}
