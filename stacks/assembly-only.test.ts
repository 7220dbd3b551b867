import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// Tests, and what they share in a folder testing, may do more.
const FILES = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter(
  (file) => /(?<!\.test)\.ts$/.test(file) && !/(?:^|\/)testing\//.test(file),
);

const FORBIDDEN: [string, RegExp][] = [
  ["a raw remote.Command, or any resource but our components", /from "@pulumi\/(?!pulumi")/],
  ["shell text", /#!\/|\bsudo\b|\bsystemctl\b|\bapt-get\b|\bdocker (?:run|exec|compose)\b|\$\(|(?:&&|\|\|) [a-z]+ -/],
  ["nginx text", /proxy_pass|server_name|\blisten \d/],
  ["work outside", /from "node:(?:fs|child_process|net|http)/],
  ["configuration or environment of its own", /pulumi\.Config\b|process\.env/],
];

const complaints = (text: string): string[] => FORBIDDEN.filter(([, pattern]) => pattern.test(text)).map(([what]) => what);

it.each(FILES)("%s only puts components together", (file) => {
  expect(complaints(readFileSync(join(__dirname, file), "utf8"))).toEqual([]);
});

it.each([
  ['import { remote } from "@pulumi/command";', "a raw remote.Command, or any resource but our components"],
  ['import * as aws from "@pulumi/aws";', "a raw remote.Command, or any resource but our components"],
  ['create: "sudo systemctl reload nginx"', "shell text"],
  ["`docker compose up -d`", "shell text"],
  ['"proxy_pass http://x;"', "nginx text"],
  ['import { readFileSync } from "node:fs";', "work outside"],
  ["new pulumi.Config()", "configuration or environment of its own"],
])("finds what does not belong there: %s", (text, what) => {
  expect(complaints(text)).toEqual([what]);
});
