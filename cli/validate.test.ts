import { report } from "./validate";

const finding = { file: "Pulumi.prod.yaml", path: "flowfleet:acme.email", wrong: "must be an address" };
const secret = {
  stack: "prod",
  path: "flowfleet:x",
  place: { line: 1, column: 1 },
  command: "pulumi config set --stack prod --secret --path x",
};
const SECRETS =
  "Secrets that are missing; `pulumi up` needs them, plans and rehearsals stand in for them. Each asks for its value, or reads it from FILE:\n" +
  "  pulumi config set --stack prod --secret --path x\n\n";

test("everything is told at once: secrets that are missing, what is about to be wrong, and last what is", () => {
  const warning = { ...finding, wrong: "is near" };
  expect(report(["prod"], { findings: [finding], warnings: [warning], missing: [secret] })).toBe(
    `${SECRETS}! Pulumi.prod.yaml flowfleet:acme.email: is near\n✗ Pulumi.prod.yaml flowfleet:acme.email: must be an address\n`,
  );
  expect(report(["prod", "dev"], { findings: [], warnings: [], missing: [secret] })).toBe(
    `${SECRETS}✓ prod, dev: the configuration is right\n`,
  );
});
