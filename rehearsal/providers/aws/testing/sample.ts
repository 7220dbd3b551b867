/** One resource as Flowfleet's components ask for it. */
import type { Props } from "../../../engine";

export interface Sample {
  key: string;
  type: string;
  inputs: Props;
  /** Another value for some of them, which `update` brings about. Nothing: there is no such change. */
  change?: Props;
}

/** What was made before: one of its outputs that is a text, its id by default. */
export type Made = (key: string, output?: string) => string;

export const TAGS = { tags: { purpose: "changed" } };
export const document = (...statements: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
export const READ = document({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
export const WRITE = document({ Effect: "Allow", Action: "s3:PutObject", Resource: "*" });
