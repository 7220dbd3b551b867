/** A job's own token becomes the rights of a role, and the key for machines gets into the agent: against servers on loopback. */
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { utils } from "ssh2";
import { checkout } from "../../cli/checkout";
import { Sample } from "../testing/sample";

const ROLE = "arn:aws:iam::123456789012:role/deploy/flowfleet-prod-deploy";
const KEY = utils.generateKeyPairSync("ed25519", { comment: "pipeline" }).private;
const CREDENTIALS = `<Credentials><AccessKeyId>AKIAEXAMPLE</AccessKeyId><SecretAccessKey>canary</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`;

/** What STS, Parameter Store and GitHub were asked. */
const asked: string[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    if (request.method === "GET") {
      asked.push(`${request.url ?? ""} ${request.headers.authorization ?? ""}`);
      const before = asked.filter((one) => one.startsWith("/token")).length - 1;
      response.end(JSON.stringify({ value: `signed-by-github${before > 0 ? "-again" : ""}` }));
    } else if (request.headers["x-amz-target"] === "AmazonSSM.GetParameter") {
      if (body.includes("denied")) {
        response.statusCode = 400;
        response.end(JSON.stringify({ __type: "AccessDeniedException", message: "no rights to ssm:GetParameter" }));
        return;
      }
      asked.push(`${body} ${/Credential=\w+/.exec(request.headers.authorization ?? "")?.[0] ?? ""}`);
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.end(JSON.stringify({ Parameter: { Value: KEY } }));
    } else {
      const form = new URLSearchParams(body);
      asked.push(["Action", "RoleArn", "WebIdentityToken"].map((name) => form.get(name)).join(" "));
      response.setHeader("content-type", "text/xml");
      response.end(
        `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult>${CREDENTIALS}</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
      );
    }
  });
});

let sample: Sample;
let at: string;
beforeAll(async () => {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  sample = new Sample();
  asked.length = 0;
  sample.write({
    "job.sh":
      "set -eu\n. ci/fleet/login.sh\nssh-add -l\necho token: ${AWS_TOKEN:-none}\necho ${AWS_WEB_IDENTITY_TOKEN_FILE:-} >$HOME/token-file\n",
  });
});
afterEach(() => {
  sample.remove();
});

const login = (env: Record<string, string>) =>
  sample.run(`${sample.folder}/job.sh`, [], { AWS_REGION: "eu-central-1", AWS_ROLE_ARN: ROLE, ...env }, checkout);
const key = (): Record<string, string> => ({
  DEPLOY_KEY_PARAMETER: "/flowfleet/prod/deploy-key",
  AWS_ENDPOINT_URL_STS: at,
  AWS_ENDPOINT_URL_SSM: at,
});
const GETS_KEY = '{"Name":"/flowfleet/prod/deploy-key","WithDecryption":true} Credential=AKIAEXAMPLE';

it("GitLab: by the token of id_tokens", async () => {
  const { exitCode, stdout, stderr } = await login({ ...key(), AWS_TOKEN: "signed-by-gitlab" });
  expect(exitCode).toBe(0);
  expect(stdout + stderr).not.toMatch(/signed-by|canary|PRIVATE/);
  // On a runner that is used again nothing of it is left.
  expect(existsSync(sample.read("../token-file").trim())).toBe(false);
  expect(stdout).toMatch(/^256 SHA256:\S+ .*\(ED25519\)\ntoken: none$/);
  expect(asked).toEqual([`AssumeRoleWithWebIdentity ${ROLE} signed-by-gitlab`, GETS_KEY]);
});

it("GitHub: by the token that it is asked for", async () => {
  const { exitCode } = await login({
    ...key(),
    ACTIONS_ID_TOKEN_REQUEST_URL: `${at}/token?v=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request",
  });
  expect(exitCode).toBe(0);
  expect(asked).toEqual([
    "/token?v=2&audience=sts.amazonaws.com bearer request",
    `AssumeRoleWithWebIdentity ${ROLE} signed-by-github`,
    GETS_KEY,
  ]);
});

it("GitHub: the token is renewed before it ends, for as long as the job", async () => {
  // As if the minutes were seconds.
  sample.standIn("sleep", "exec /bin/sleep 0.2");
  sample.write({
    "job.sh": `set -eu
. ci/fleet/login.sh
until grep -q again "$AWS_WEB_IDENTITY_TOKEN_FILE"; do /bin/sleep 0.05; done
stat -c %a "$(dirname "$AWS_WEB_IDENTITY_TOKEN_FILE")"
exit 7
`,
  });
  const { exitCode, stdout } = await login({ ACTIONS_ID_TOKEN_REQUEST_URL: `${at}/token?v=2`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request" });
  expect([exitCode, stdout]).toEqual([7, "700"]);
  const { length } = asked;
  await new Promise((later) => setTimeout(later, 600));
  // One that was on its way when the job ended.
  expect(asked.length).toBeLessThanOrEqual(length + 1);
});

it("a key that the role may not read ends the job", async () => {
  const { exitCode, stdout, stderr } = await login({ ...key(), AWS_TOKEN: "signed-by-gitlab", DEPLOY_KEY_PARAMETER: "denied" });
  expect([exitCode, stdout, stderr]).toEqual([1, "", expect.stringContaining("no rights to ssm:GetParameter")]);
});

it("a job without a token is told what to write", async () => {
  const { exitCode, stderr } = await login({});
  expect([exitCode, stderr]).toEqual([
    1,
    expect.stringContaining("this job has no token: id_tokens (GitLab) or permissions: id-token: write"),
  ]);
});
