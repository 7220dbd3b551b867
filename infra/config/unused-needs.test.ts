import { parse } from "yaml";
import { problemLine } from "./problems";
import type { Raw } from "./raw";
import { unusedNeeds } from "./unused-needs";

const lines = (text: string) => unusedNeeds(parse(text) as Raw).map(problemLine);

it.each([
  ["flowmaster: {certificate: {challenge: {type: self-signed}, fallback: self-signed}}", "certificate.fallback: is for a certificate"],
  ["coreflow: {certificate: {challenge: {type: files}, fallback: self-signed}}", "certificate.fallback: is for a certificate"],
  ["flowmaster: {compression: {enabled: 'false', level: 9}}", "compression.level: is of a compression that is switched off"],
  ["flowmaster: {keys: {jwt: {value: given, rotation: '2026-11'}}}", "keys.jwt.rotation: is for a key that is made"],
  ["flowra: {mode: systemd, composeFile: compose.yml}", "composeFile: is for mode containers"],
  ["flowra: {mode: systemd, configuration: file, workingDirectory: /app}", "workingDirectory: is for mode containers"],
  ["flowra: {mode: systemd, users: {api: '1:1', redis: '1:1'}}", "users.api: is for mode containers"],
  ["flowra: {workingDirectory: /app}", "workingDirectory: is where a container finds its configuration: file"],
  ["flowstack: {seed: {password: given}, rotation: {seed: second, database: second}}", "rotation.seed: is for a password that is made"],
  ["hosts: {old: {state: abandoned, takeOver: [nginx]}}", "takeOver: is for a machine that is there"],
])("refuses what would change nothing: %s", (text, wrong) => {
  expect(lines(text)).toEqual([expect.stringContaining(wrong)]);
});

it.each([
  "flowmaster: {certificate: {fallback: self-signed}, compression: {level: 9}, keys: {jwt: {rotation: '2026-11'}, secret: {value: given}}}",
  "flowra: {configuration: file, workingDirectory: /app, composeFile: compose.yml, users: {api: '1:1'}}",
  "flowra: {mode: systemd, configuration: file, users: {redis: '1:1'}}",
  "flowstack: {rotation: {seed: second}}",
  "hosts: {main: {takeOver: [nginx]}}",
])("lets through what does: %s", (text) => {
  expect(lines(text)).toEqual([]);
});
