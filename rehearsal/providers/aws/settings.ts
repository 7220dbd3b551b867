/** The provider's own configuration: where it is to be, and nothing that would open a real account. */
import type { CheckResponse, Props, Value } from "../../engine";

export interface Settings {
  region: string;
  /** On everything that has tags. */
  defaultTags: Record<string, string>;
}

/** What the program may say of the provider. Whatever else there is would be about real accounts. */
const KNOWN = [
  "region",
  "defaultTags",
  "allowedAccountIds",
  "version",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
];

export const settingsFailures = (inputs: Props): CheckResponse["failures"] => [
  ...Object.keys(inputs)
    .filter((name) => !KNOWN.includes(name))
    .map((property) => ({
      property,
      reason: `the offline engine uses an emulator and no account; it takes ${KNOWN.join(", ")} and nothing else. For the real AWS run: pulumi up`,
    })),
  ...(inputs["region"] === undefined ? [{ property: "region", reason: "is required, such as eu-central-1 (aws:region)" }] : []),
];

export function settingsOf(inputs: Props): Settings {
  const { region, defaultTags } = inputs;
  const tags = parsed(defaultTags) as { tags?: Record<string, string> } | undefined;
  return { region: typeof region === "string" ? region : "", defaultTags: tags?.tags ?? {} };
}

/** What is no text arrives as JSON. */
const parsed = (value: Value | undefined): unknown => (typeof value === "string" ? (JSON.parse(value) as unknown) : value);
