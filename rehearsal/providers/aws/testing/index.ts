/** One resource of each type as Flowfleet's components ask for it, in the order in which they need each other. */
import { bucketSamples } from "./buckets";
import { dataSamples } from "./data";
import { entranceSamples } from "./entrance";
import { identitySamples } from "./identity";
import { machineSamples } from "./machines";
import { networkSamples } from "./network";
import type { Made, Sample } from "./sample";
import { serviceSamples } from "./services";
import { watchingSamples } from "./watching";

export type { Made, Sample };

/** @param zone Id of a hosted zone of example.com. */
export const samples = (of: Made, zone: string): (() => Sample)[] => [
  ...networkSamples(of),
  ...machineSamples(of),
  ...identitySamples(of),
  ...entranceSamples(of, zone),
  ...serviceSamples(of),
  ...watchingSamples(of),
  ...dataSamples(of),
  ...bucketSamples(of),
];
