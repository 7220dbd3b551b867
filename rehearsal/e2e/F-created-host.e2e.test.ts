/**
 * A machine that is made in EC2 instead of found: its first boot by cloud-init with the user data that the program hands over, the first
 * contact, and all that a host gets. EC2 is a throwaway server here, which boots anew with the user data of each instance.
 */
import { rm } from "node:fs/promises";
import * as path from "node:path";
import execa from "execa";
import { checkout, homeFolder } from "../../cli/checkout";
import { removeRehearsal } from "../../cli/rehearse";
import { FIRST_CONTACT } from "../../components/aws/first-boot";
import { type CreateRequest, type CreateResponse, type Props, type Provider, type Result, up } from "../engine";
import { type Estate, type Machine, openEstate } from "../machines";
import { builtinProviders } from "../providers";
import { awsProvider } from "../providers/aws";
import { changesOf, reasons, succeeded } from "./world";

const folder = path.join(homeFolder(), "e2e-created-host");
let estate: Estate;
let sshAgent: string;
let machine: Machine;
/** Of the instances that were made, one after the other. */
const booted: string[] = [];

/** The program's AWS. Every call is answered at once, but for the machine's first boot. */
function ec2(): Provider {
  const made = async ({ type, name, inputs }: CreateRequest): Promise<CreateResponse> => {
    if (type === "aws:ec2/instance:Instance") await boot(inputs["userData"] as string);
    return { id: `${name}-${booted.length}`, outputs: { ...inputs, ...(type === "aws:ec2/eip:Eip" && { publicIp: machine.address }) } };
  };
  return {
    ...awsProvider(),
    create: (request) => (request.preview ? Promise.resolve({ id: "", outputs: request.inputs }) : made(request)),
    update: ({ newInputs, oldOutputs }) => Promise.resolve({ outputs: { ...oldOutputs, ...newInputs } }),
    read: ({ id, inputs, outputs }) => Promise.resolve({ id, inputs, outputs }),
    delete: () => Promise.resolve(),
  };
}

let cut = false;
/** The program's SSH, by the port at which the throwaway server answers. `cut`: the next first contact ends on the machine, and nobody hears of it. */
function ssh(provider: Provider): Provider {
  const moved = (inputs: Props): Props => ({ ...inputs, connection: { ...(inputs["connection"] as Props), port: machine.port } });
  return {
    ...provider,
    create: async (request) => {
      const done = await provider.create({ ...request, inputs: moved(request.inputs) });
      const isCut = cut && !request.preview && request.inputs["create"] === FIRST_CONTACT;
      if (!isCut) return { ...done, outputs: { ...done.outputs, ...request.inputs } };
      cut = false;
      throw new Error("cut off");
    },
    update: (request) => provider.update({ ...request, newInputs: moved(request.newInputs) }),
  };
}

/** A disk with the image of Debian's maker on it, as far as cloud-init sees it, and the user data beside it. */
async function boot(userData: string): Promise<void> {
  booted.push(userData);
  if (booted.length > 1) await estate.reimage("main");
  await estate.exec("main", ["sh", "-ec", IMAGE], { timeout: 300_000, input: userData });
  await estate.reboot("main");
}

const SEED = "/var/lib/cloud/seed/nocloud";
const IMAGE = `
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -qq --no-install-recommends cloud-init sudo python3 > /dev/null
  cat > /etc/cloud/cloud.cfg.d/99-image.cfg <<'END'
datasource_list: [NoCloud]
network: {config: disabled}
system_info:
  default_user: {name: admin, gecos: Debian, groups: [sudo], sudo: ["ALL=(ALL) NOPASSWD:ALL"], shell: /bin/bash, lock_passwd: true}
END
  mkdir -p ${SEED} && cat > ${SEED}/user-data && echo "instance-id: i-$(date +%s)" > ${SEED}/meta-data
  rm -f /root/.ssh/authorized_keys`;

/** The stack `shared` with one machine, which is made. */
async function bringUp(more: object = {}): Promise<Result> {
  const create = {
    account: "123456789012",
    region: "eu-central-1",
    image: "ami-0abc",
    type: "t3.medium",
    disk: "40 GB",
    vpcId: "vpc-0abc",
    subnetId: "subnet-0abc",
    sshFrom: ["203.0.113.0/24"],
    authorizedKeys: [estate.publicKey.trim()],
    ...more,
  };
  const providers = builtinProviders({ localDirs: [checkout], sshAgent });
  return up({
    cwd: checkout,
    stack: "shared",
    ignoreConfigFile: true,
    stateDir: path.join(folder, "state"),
    passphrase: "of a throwaway state",
    config: { "flowfleet:hosts": { main: { create, protect: false } } },
    env: { SSH_AUTH_SOCK: sshAgent },
    providers: { ...providers, aws: ec2, command: () => ssh(providers["command"]?.() as Provider) },
  });
}

/** Every host key that the machine shows, by its kind. */
async function shown(): Promise<Record<string, string>> {
  const { stdout } = await execa("ssh-keyscan", ["-p", String(machine.port), machine.address], { reject: false });
  return Object.fromEntries(
    stdout
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const [, kind = "", key = ""] = line.split(" ");
        return [kind, `${kind} ${key}`];
      }),
  );
}

const doorOf = (result: Result) =>
  (result.outputs["hosts"] as unknown as { main: { address: string; user: string; hostKey: string; price: string } }).main;
const did = (result: Result, name: string) => changesOf(result).filter((line) => line.includes(name));

beforeAll(async () => {
  estate = await openEstate({ stateDir: folder, name: "e2e-created-host" });
  sshAgent = await estate.agent();
  machine = await estate.boot("main", { ports: [22] });
}, 300_000);

afterAll(async () => {
  await removeRehearsal(folder, () => undefined);
  await rm(folder, { recursive: true, force: true });
}, 120_000);

let first: Result;
test("comes up in one run: met by the key of its user data, set up by the key that it made then", async () => {
  first = succeeded(await bringUp());
  expect(booted).toHaveLength(1);
  const { hostKey, address, user, price } = doorOf(first);
  expect({ address, user }).toEqual({ address: machine.address, user: "deploy" });
  expect(price).toContain("t3.medium 30");
  const { stdout: own } = await estate.exec("main", ["cut", "-d", " ", "-f", "1,2", "/etc/ssh/ssh_host_ed25519_key.pub"]);
  expect(hostKey).toBe(own.trim());
  // Neither that of the throwaway server nor that of the user data.
  expect(hostKey).not.toBe(machine.hostKey);
  expect(booted[0]).not.toContain(hostKey.split(" ")[1]);
}, 900_000);

test("no longer has the key that whatever runs on it can read, and shows two that nobody was told", async () => {
  const { stdout } = await estate.exec("main", [
    "sh",
    "-c",
    "ls /etc/ssh/ssh_host_*_key; cloud-init query userdata | grep -c ecdsa_private",
  ]);
  expect(stdout.trim().split("\n")).toEqual(["/etc/ssh/ssh_host_ed25519_key", "/etc/ssh/ssh_host_rsa_key", "1"]);
  expect(Object.keys(await shown()).sort()).toEqual(["ssh-ed25519", "ssh-rsa"]);
});

test("has none of it back after a reboot", async () => {
  const before = await shown();
  await estate.reboot("main");
  expect(await shown()).toEqual(before);
}, 180_000);

test("lets nobody in but the deploy user", async () => {
  const login = (user: string) =>
    execa(
      "ssh",
      [
        ...["-F", "none", "-p", String(machine.port), "-o", "BatchMode=yes", "-o", "UserKnownHostsFile=/dev/null"],
        ...[
          "-o",
          `KnownHostsCommand=/bin/echo %H ${doorOf(first).hostKey}`,
          "-o",
          "StrictHostKeyChecking=yes",
          `${user}@${machine.address}`,
          "id -un",
        ],
      ],
      { env: { SSH_AUTH_SOCK: sshAgent }, reject: false },
    );
  expect((await login("deploy")).stdout).toBe("deploy");
  for (const user of ["admin", "root"]) expect((await login(user)).stderr).toContain("Permission denied");
}, 60_000);

test("a second run changes nothing, whatever image and keys are said now", async () => {
  expect(changesOf(succeeded(await bringUp()))).toEqual([]);
  const key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz+Q/Em+Jtp0Rue9oF1cIOLB1Aqs";
  const other = { image: "ami-0def", authorizedKeys: [estate.publicKey.trim(), key] };
  expect(changesOf(succeeded(await bringUp(other)))).toEqual([]);
}, 180_000);

test("another machine in its place has other keys and all that it is to have, after a first contact that was cut off", async () => {
  const rebuild = { rebuild: "second" };
  cut = true;
  const broken = await bringUp(rebuild);
  expect(reasons(broken)).toContain("cut off");
  const again = succeeded(await bringUp(rebuild));
  expect(booted).toHaveLength(2);
  expect(booted[1]).not.toBe(booted[0]);
  expect(doorOf(again).address).toBe(machine.address);
  expect(doorOf(again).hostKey).not.toBe(doorOf(first).hostKey);
  expect(Object.values(await shown())).toContain(doorOf(again).hostKey);
  const { stdout } = await estate.exec("main", ["sshd", "-T", "-C", "user=deploy"]);
  expect(stdout).toContain("allowusers deploy\n");
  expect(did(again, "main-created-machine").join()).toContain("delete");
}, 900_000);
