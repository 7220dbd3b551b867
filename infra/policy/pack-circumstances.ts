import { plainError } from "../config/plain-error";
import { policies } from "../config/policy-schema";
import { problemLine, problemsOf, zodWords } from "../config/problems";
import type { Circumstances } from "./judge";
import { NO_SETTINGS, type PolicySettings } from "./settings";

const KEY = "flowfleet:policies";

/**
 * Which stack is judged, and what its configuration excuses. Pulumi hands both to a policy pack as it does to a program; without a stack
 * (`pulumi policy publish`) everything counts.
 *
 * @throws Error with everything that is wrong in the settings.
 */
export function circumstances(environment: Readonly<Record<string, string | undefined>>, now: Date): Circumstances {
  const { PULUMI_CONFIG = "{}", PULUMI_NODEJS_STACK, PULUMI_STACK } = environment;
  const { [KEY]: text } = JSON.parse(PULUMI_CONFIG) as Record<string, string | undefined>;
  return {
    environment: PULUMI_NODEJS_STACK ?? PULUMI_STACK ?? "",
    today: now.toISOString().slice(0, 10),
    settings: text === undefined || text === "" ? NO_SETTINGS : settingsOf(JSON.parse(text)),
  };
}

function settingsOf(given: unknown): PolicySettings {
  const read = policies.safeParse(given, { error: zodWords });
  if (read.success) return read.data;
  throw plainError(problemsOf(read.error.issues, given, `${KEY}.`).map(problemLine).join("\n"));
}
