import { report } from "./validate";

const finding = { file: "Pulumi.prod.yaml", path: "flowfleet:acme.email", wrong: "must be an address" };
const secret = {
  stack: "prod",
  path: "flowfleet:x",
  place: { line: 1, column: 1 },
  command: "pulumi config set --stack prod --secret --path x",
};

test("what is wrong is not hidden by the secrets that are missing; these are listed when nothing is wrong", () => {
  const wrong = report(["prod"], { findings: [finding], missing: [secret, secret] });
  expect(wrong).toMatch(/flowfleet:acme\.email: must be an address\n\nSecrets that are missing, too: 2\./);
  expect(wrong).not.toContain(secret.command);
  expect(report(["prod"], { findings: [], missing: [secret] })).toContain(`  ${secret.command}\n`);
});
