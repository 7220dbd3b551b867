import pc from "picocolors";

/** A failure that a person can act on: its message is the whole story, so no stack trace is printed with it. */
export class CliError extends Error {}

/** The command line itself is wrong: exit status 2. */
export class UsageError extends CliError {}

/** Several things are wrong, each with a story of its own. */
export class CliErrors extends CliError {
  constructor(readonly messages: readonly string[]) {
    super(messages.join("\n"));
  }
}

/** What is printed for a failure: the message; a stack trace only with FLOWFLEET_DEBUG set, or where the message is empty. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return `${pc.red("error:")} ${String(error)}`;
  if (error instanceof CliErrors) return error.messages.map((message) => `${pc.red("error:")} ${message}`).join("\n");
  const text = error.message === "" ? (error.stack ?? error.name) : error.message;
  const trace = process.env["FLOWFLEET_DEBUG"] === undefined ? "" : `\n${error.stack ?? ""}`;
  return `${pc.red("error:")} ${text}${trace}`;
}
