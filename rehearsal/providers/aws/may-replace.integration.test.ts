/** A plan of a change that nobody has told the offline engine of. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { awsProvider } from ".";
import { preview, type Provider, up } from "../../engine";

const stateDir = mkdtempSync(join(tmpdir(), "flowfleet-may-replace-"));
afterAll(() => {
  rmSync(stateDir, { recursive: true, force: true });
});

/** Makes nothing, as the base of a plan does. */
const pretending = (): Provider => ({ ...awsProvider(), create: ({ name, inputs }) => Promise.resolve({ id: name, outputs: inputs }) });
const about = { cwd: join(__dirname, "programs/network"), stack: "test", stateDir, passphrase: "plan", command: "plan" };
const region = { "aws:region": "eu-central-1" };

test("says that it may replace", async () => {
  expect((await up({ ...about, config: region, providers: { aws: pretending } })).diagnostics).toEqual([]);
  const plan = await preview({ ...about, config: { ...region, "network:pool": "ipam-pool-1" }, providers: { aws: () => awsProvider() } });
  expect(plan.steps.find(({ type }) => type === "aws:ec2/vpc:Vpc")?.op).toBe("update");
  expect(plan.diagnostics).toEqual([
    expect.objectContaining({
      severity: "warning",
      message: expect.stringMatching(/^may replace: .* a change of ipv6IpamPoolId of aws:ec2\/vpc:Vpc is not known here/) as unknown,
    }),
  ]);
}, 60_000);
