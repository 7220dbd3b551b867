import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { variantsOf } from "./testing/variants";

test.each([
  ["  flowfleet:coreflow: {environment: production}\n", []],
  ["  flowfleet:flowra: {environment: production}\n", ["prod-flowra-systemd", "prod-flowra-on-aws"]],
  ["  flowfleet:flowmaster: {environment: production}\n", ["prod-flowmaster-on-aws", "prod-flowmaster-alone"]],
])("a stack has no variants of systems that were taken out of its file: %j", (config, expected) => {
  const root = mkdtempSync(join(tmpdir(), "flowfleet-variants-"));
  try {
    writeFileSync(join(root, "Pulumi.prod.yaml"), `config:\n${config}`);
    expect(Object.keys(variantsOf(root))).toEqual(expected);
    writeFileSync(join(root, "Pulumi.shared.yaml"), "config: {}\n");
    expect(Object.keys(variantsOf(root)).filter((name) => name.startsWith("shared"))).toEqual(["shared-with-state", "shared-created"]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
