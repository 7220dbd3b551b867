import * as path from "node:path";
import execa from "execa";
import { checkout } from "./checkout";
import { CliError } from "./explain";
import { seconds, table } from "./format";

interface Case {
  name: string;
  what: string;
  /** Aim on 2 cores, in seconds. */
  aim: number;
  prepare: () => Promise<void>;
  run: string[];
}

const flowfleet = (...args: string[]): string[] => [path.join(checkout, "cli", "flowfleet.js"), ...args];
const down = async (): Promise<void> => {
  await execa(process.execPath, flowfleet("rehearse", "--stack", "local", "--down"), { cwd: checkout, stderr: "inherit" });
};
const nothing = (): Promise<void> => Promise.resolve();

const cases: Case[] = [
  {
    name: "plan",
    what: "flowfleet plan --stack prod",
    aim: 5,
    prepare: nothing,
    run: flowfleet("plan", "--stack", "prod", "--out", "/dev/null"),
  },
  {
    name: "cold",
    what: "npm start, from nothing",
    aim: 300,
    prepare: async () => {
      await down();
      await removeImages();
    },
    run: flowfleet("rehearse", "--stack", "local"),
  },
  { name: "warm", what: "npm start, images cached", aim: 120, prepare: down, run: flowfleet("rehearse", "--stack", "local") },
  { name: "unchanged", what: "npm start, nothing changed", aim: 5, prepare: nothing, run: flowfleet("rehearse", "--stack", "local") },
];

/** Runs the cases in order and prints the time of each with its ratio to the aim: below 1 is better than asked. */
export async function bench(only: string[] | undefined): Promise<void> {
  const unknown = (only ?? []).filter((name) => !cases.some((one) => one.name === name));
  if (unknown.length > 0)
    throw new CliError(`--only ${unknown.join(" ")}: there is no such case. Cases: ${cases.map(({ name }) => name).join(", ")}.`);
  const rows = [["case", "time", "aim", "time / aim", "command"]];
  for (const { name, what, aim, prepare, run } of cases.filter((one) => only?.includes(one.name) ?? true)) {
    await prepare();
    const begun = process.hrtime.bigint();
    await execa(process.execPath, run, { cwd: checkout, stdout: "ignore", stderr: "inherit" });
    const spent = Number(process.hrtime.bigint() - begun) / 1e6;
    rows.push([name, seconds(spent), `${aim} s`, (spent / 1000 / aim).toFixed(2), what]);
  }
  process.stdout.write(`${table(rows)}\n`);
}

/** Every image that rehearsals have built on this machine, other checkouts' too, so that the next one starts from nothing. */
async function removeImages(): Promise<void> {
  const { stdout } = await execa("docker", ["image", "ls", "--quiet", "--filter", "reference=flowfleet/*"]);
  const images = [...new Set(stdout.split("\n").filter(Boolean))];
  if (images.length > 0) await execa("docker", ["image", "rm", "--force", ...images]);
}
