/** One rule of an IAM policy, in IAM's own words. */
export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  Action: string | readonly string[];
  Resource?: string | readonly string[];
  NotResource?: string | readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A rule that allows something. */
export const allow = (
  Sid: string,
  Action: readonly string[],
  Resource: string | readonly string[],
  Condition?: NonNullable<Statement["Condition"]>,
): Statement => ({ Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) });

/** For a condition: each of these tags, on the thing itself (`ResourceTag`), or among those that it is to get (`RequestTag`). */
export const tagsOf = (of: "ResourceTag" | "RequestTag", tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:${of}/${key}`, value]));

/** For a condition: none of these is known. */
export const without = (...keys: string[]): Record<string, "true"> => Object.fromEntries(keys.map((key) => [key, "true"]));

/** The policy as text. */
export const policyText = (statements: readonly Statement[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** Lets one of AWS's services take on a role, for this account only. */
export const trustOf = (service: string, account: string): string =>
  policyText([
    {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      // Without it the service would do for somebody else's account what it does for ours.
      Condition: { StringEquals: { "aws:SourceAccount": account } },
    },
  ]);
