/** One of each component that keeps something on a machine. What it keeps has fixed names; the resources' own names and parents are configured. */
import * as pulumi from "@pulumi/pulumi";
import { Claim } from "../../../../components/host/claim";
import { FileSet } from "../../../../components/host/file-set";
import { Host } from "../../../../components/host/host";
import { SecretBundle } from "../../../../components/secrets/secret-bundle";
import { ContainerNetwork } from "../../../../components/service/container-network";
import { ContainerService, type ImageRelease } from "../../../../components/service/container-service";
import { Certificate } from "../../../../components/web/certificate";
import { NginxSite } from "../../../../components/web/nginx-site";

const config = new pulumi.Config();
const domain = config.require("domain");
/** What the host and the components are called, and the component that they belong to, if any. */
const names = config.requireObject<{ host: string; component: string; folder?: string }>("names");
const machine = config.requireObject<{ address: string; port: number; user: string; hostKey: string }>("machine");
const acme = config.requireObject<{ email: string; server: string; trust: string }>("acme");
const release = config.requireObject<ImageRelease>("release");

const host = new Host(names.host, machine);
const opts = names.folder === undefined ? {} : { parent: new pulumi.ComponentResource("renaming:index:Folder", names.folder) };
const name = names.component;
const project = "renaming";
const directory = "/srv/renaming";

new Claim(
  `${name}-claim`,
  { host, system: project, names: [domain], paths: [directory], containers: ["renaming-"], subnets: ["10.91.1.0/24"] },
  opts,
);
const network = new ContainerNetwork(`${name}-network`, { host, network: project, subnet: "10.91.1.0/24" }, opts);
new FileSet(`${name}-page`, { host, directories: { [directory]: {} }, files: { [`${directory}/page.txt`]: { text: "a page\n" } } }, opts);
const secrets = new SecretBundle(
  `${name}-secrets`,
  { host, path: `${directory}/environments/.env`, variables: { GREETING: { value: "hello" } } },
  opts,
);
const certificate = new Certificate(`${name}-certificate`, { host, names: [domain], acme }, opts);
const service = new ContainerService(
  `${name}-service`,
  {
    host,
    network,
    project,
    service: "backend",
    index: 0,
    release,
    compose: { directory, file: "docker-compose.yml" },
    port: 8000,
    localPort: 9001,
    secrets,
    user: "10001:10001",
    health: { path: "/api/health", command: "curl -fsS http://localhost:8000/api/health" },
    overlap: "allowed",
    limits: { memory: "512 MB", cpus: 1 },
  },
  opts,
);
const site = new NginxSite(`${name}-site`, { host, domain, certificate, locations: { "/": { to: service } } }, opts);

export const url = site.url;
