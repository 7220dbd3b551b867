/** The commands of a page of docs/systems, as they are printed there, and how tests run them: on the server as root, here as an operator. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import execa from "execa";
import { checkout } from "../../cli/checkout";
import type { ConfigValue, Result } from "../engine";
import { succeeded } from "./world";

export interface Block {
  where: "server" | "here";
  /** What else its fence says, such as `mode=systemd`. */
  about: string;
  script: string;
}

export function blocksOf(page: string): Block[] {
  const text = readFileSync(path.join(checkout, "docs", "systems", page), "utf8");
  return [...text.matchAll(/^```sh (server|here) ?(.*)\n([\s\S]*?)^```$/gm)].map(([, where, about = "", script = ""]) => ({
    where: where as Block["where"],
    about,
    script,
  }));
}

/** Commands for the operator's checkout, one each. */
export const linesOf = (blocks: readonly Block[]): string[] =>
  blocks.filter(({ where }) => where === "here").flatMap(({ script }) => script.trim().split("\n"));

/** Who types the lines for the checkout. What needs the official CLI is run by it in its own test; here the same is done with the offline engine. */
export class Operator {
  private readonly config: Record<string, ConfigValue> = {};

  constructor(
    private readonly stack: string,
    private readonly up: (config: Record<string, ConfigValue>) => Promise<Result>,
  ) {}

  async types(line: string): Promise<void> {
    if (line.startsWith("npx flowfleet ")) {
      const { exitCode } = await execa.command(line.replace("npx flowfleet", `${process.execPath} cli/flowfleet.js`), { cwd: checkout });
      expect(exitCode).toBe(0);
      return;
    }
    const set = /^pulumi config set --stack (\w+)( --secret)?(?: --path)? '?([\w:.-]+)'?(?: (\S+))?$/.exec(line);
    if (set) {
      const [, stack, secret, key = "", value = ""] = set;
      expect(stack).toBe(this.stack);
      this.config[key] = secret === undefined ? typed(value) : { secret: "another value" };
      return;
    }
    expect(line).toBe(`pulumi up --stack ${this.stack} --yes`);
    succeeded(await this.up(this.config));
  }
}

/** As `pulumi config set --path` takes it. */
const typed = (value: string): ConfigValue => (/^(?:0|[1-9]\d*)$/.test(value) ? Number(value) : value);
