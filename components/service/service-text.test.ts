import { readFileSync } from "node:fs";
import { join } from "node:path";
import { serviceText } from "./service-text";

it("an upstream and its plain listener", () => {
  const lines = serviceText({
    upstream: "flowmaster-staging-backend",
    port: 8000,
    localPort: 4001,
    gateway: "10.90.2.1",
    subnet: "10.90.2.0/24",
    maxBody: "50m",
    keepAlive: 3,
  });
  expect(lines.map((line) => `${line}\n`).join("")).toBe(readFileSync(join(__dirname, "golden/backend.conf"), "utf8"));
});

it("one outside containers has the listener on loopback alone", () => {
  const lines = serviceText({ upstream: "flowra-api", port: 8080, localPort: 8080, maxBody: "50m", keepAlive: 3 });
  expect(lines.map((line) => `${line}\n`).join("")).toBe(readFileSync(join(__dirname, "golden/flowra-api.conf"), "utf8"));
});
