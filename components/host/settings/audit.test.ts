import { readFileSync } from "node:fs";
import { join } from "node:path";
import { auditText } from "./audit";

it("audit.rules", () => {
  const text = auditText()
    .map((line) => `${line}\n`)
    .join("");
  expect(text).toBe(readFileSync(join(__dirname, "../golden/audit.rules"), "utf8"));
});
