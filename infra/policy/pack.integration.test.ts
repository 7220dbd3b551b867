import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/analyzer_pb";
import * as struct from "google-protobuf/google/protobuf/struct_pb";
import * as empty from "google-protobuf/google/protobuf/empty_pb";
import { RULES } from "./rules";

const ROOT = join(__dirname, "../..");
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
/** Soon: an exception ends within two years. */
const UNTIL = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10);
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

let pack: ChildProcess;
let client: AnalyzerClient;
/** As Pulumi's language host starts it, in the pack's folder, with the stack and its configuration in the environment. */
beforeAll(async () => {
  const exceptions = [
    { rule: "login-without-root", resource: "excused", reason: "Made by hand", until: UNTIL },
    { rule: "network-flow-logs", resource: "vpc", reason: "A test network", until: UNTIL },
  ];
  pack = spawn(process.execPath, [join(ROOT, "node_modules/@pulumi/pulumi/cmd/run-policy-pack"), "127.0.0.1:1", __dirname], {
    cwd: __dirname,
    env: {
      ...process.env,
      PULUMI_NODEJS_STACK: "dev",
      PULUMI_CONFIG: JSON.stringify({ "flowfleet:policies": JSON.stringify({ levels: { "key-rotates": "disabled" }, exceptions }) }),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [said] = (await once(pack.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  client = new AnalyzerClient(`127.0.0.1:${said.toString().trim()}`, grpc.credentials.createInsecure());
}, 120_000);
afterAll(async () => {
  client.close();
  pack.kill();
  await once(pack, "exit");
});

type Heard<Answer> = (error: grpc.ServiceError | null, response: Answer) => void;
const call = <Answer>(ask: (heard: Heard<Answer>) => unknown): Promise<Answer> =>
  new Promise((resolve, reject) => {
    ask((error, response) => {
      if (error) reject(error);
      else resolve(response);
    });
  });

function filled<T extends proto.AnalyzeRequest | proto.AnalyzerResource>(message: T, name: string, type: string, inputs: object): T {
  message.setUrn(`urn:pulumi:dev::flowfleet::${type}::${name}`);
  message.setType(type);
  message.setName(name);
  message.setProperties(struct.Struct.fromJavaScript(inputs as Record<string, struct.JavaScriptValue>));
  message.setOptions(new proto.AnalyzerResourceOptions());
  return message;
}
const told = (answer: proto.AnalyzeResponse): string[] =>
  answer
    .getDiagnosticsList()
    .map((one) => `${one.getEnforcementlevel()} ${one.getPolicyname()}: ${one.getMessage().split("\n").at(-1) ?? ""}`);
/** As Pulumi asks of each resource before it is made: what would be mended, then what is wrong. */
async function asked(type: string, inputs: object, name = "shop"): Promise<string[]> {
  const request = () => filled(new proto.AnalyzeRequest(), name, type, inputs);
  await call<proto.RemediateResponse>((heard) => client.remediate(request(), heard));
  return told(await call<proto.AnalyzeResponse>((heard) => client.analyze(request(), heard)));
}
const { ADVISORY, MANDATORY } = proto.EnforcementLevel;

it("Pulumi is told of every rule, with its level in the stack", async () => {
  const info = await call<proto.AnalyzerInfo>((heard) => client.getAnalyzerInfo(new empty.Empty(), heard));
  const levels = new Map(info.getPoliciesList().map((one) => [one.getName(), one.getEnforcementlevel()]));
  expect([...levels.keys()].sort()).toEqual([...Object.keys(RULES), "secrets-seen", "exceptions", "lowered-levels"].sort());
  expect([levels.get("image-pinned"), levels.get("data-backed-up")]).toEqual([MANDATORY, ADVISORY]);
});

it("a resource that breaks a rule is stopped before it is made; what is secret or not known is not held against it", async () => {
  expect(await asked("aws:s3/bucketPolicy:BucketPolicy", { policy: UNKNOWN })).toEqual([]);
  expect(await asked("docker:index/volume:Volume", { name: UNKNOWN })).toEqual([
    `${ADVISORY} data-protected: it is not protected; set protect`,
  ]);
  expect(await asked("aws:ssm/parameter:Parameter", { type: "String", keyId: UNKNOWN, tags: UNKNOWN })).toEqual([
    `${MANDATORY} parameter-encrypted: type must be "SecureString"; got "String"`,
  ]);
  expect(await asked("aws:alb/listener:Listener", { protocol: "TCP", tags: UNKNOWN })).toEqual([
    `${MANDATORY} https-only: protocol must be HTTPS or TLS; got "TCP"`,
  ]);
  expect(await asked("any:thing:Thing", { key: "AKIAABCDEFGHIJKLMNOP" })).toEqual([
    `${MANDATORY} no-clear-secret: key holds a key of AWS in clear; mark it as a secret`,
  ]);
  expect(await asked("any:thing:Thing", { key: { ...SECRET, value: "AKIAQRSTUVWXYZABCDEF" } })).toEqual([]);
});

it("what is marked as a secret once is found in clear elsewhere", async () => {
  expect(await asked("any:thing:Thing", { password: { ...SECRET, value: "correct-horse-battery" } })).toEqual([]);
  const [found = ""] = await asked("any:thing:Thing", { line: "login correct-horse-battery" }, "another");
  expect(found).toContain("line holds in clear what is marked as a secret elsewhere");
  expect(found).not.toContain("correct-horse");
});

it("an exception of the stack's configuration excuses, and is told; a rule that is disabled there is not asked", async () => {
  const connection = { user: "root", hostKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMBot5rSw2iSJdwHNz" };
  expect(await asked("command:remote:Command", { connection }, "excused")).toEqual([
    `${ADVISORY} exceptions: login-without-root: connection.user must be a user who is not root (excused until ${UNTIL}: Made by hand)`,
  ]);
  expect(await asked("command:remote:Command", { connection })).toEqual([
    `${MANDATORY} login-without-root: connection.user must be a user who is not root`,
  ]);
  expect(await asked("aws:kms/key:Key", { enableKeyRotation: false, tags: UNKNOWN })).toEqual([
    `${ADVISORY} data-protected: it is not protected; set protect`,
  ]);
});

it("rules that need the whole stack are asked at its end, which also tells what is excused of it, and which levels are lowered", async () => {
  const request = new proto.AnalyzeStackRequest();
  const at = (type: string, inputs: object) => filled(new proto.AnalyzerResource(), "vpc", type, inputs);
  request.setResourcesList([
    at("aws:ec2/vpc:Vpc", { id: "vpc-1" }),
    at("aws:ec2/natGateway:NatGateway", {}),
    at("aws:ec2/flowLog:FlowLog", { vpcId: "vpc-2" }),
  ]);
  expect(told(await call<proto.AnalyzeResponse>((heard) => client.analyzeStack(request, heard)))).toEqual([
    `${MANDATORY} default-group-closed: there is no DefaultSecurityGroup for it without any rule`,
    `${ADVISORY} exceptions: network-flow-logs: there is no FlowLog for it (excused until ${UNTIL}: A test network)`,
    `${ADVISORY} lowered-levels: key-rotates is disabled here; by itself it is mandatory`,
  ]);
});
