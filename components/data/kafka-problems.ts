import type { Problem } from "../kernel/refuse";
import type { DataImage } from "./data-container";

/** What holds for Kafka as for ZooKeeper: from 8 on there is no ZooKeeper any more. */
export const confluentProblems = ({ version }: Pick<DataImage, "version">): Problem[] =>
  version.startsWith("7.")
    ? []
    : [{ path: "image/version", wrong: "must be Confluent's 7, the last one with ZooKeeper", got: version, allowed: 'such as "7.9.6"' }];

/** Properties that decide where the broker listens and what it keeps where, which are not free. */
const OURS = /^(?:advertised\.|listener|inter\.broker|zookeeper\.connect$|broker\.id$|log\.dirs?$)/;

export const settingsProblems = (settings: Readonly<Record<string, string>>): Problem[] =>
  Object.entries(settings).flatMap(([property, value]) => [
    ...(/^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/.test(property)
      ? []
      : [{ path: "settings", wrong: 'must be a property of the broker such as "log.retention.hours"', got: property }]),
    ...(OURS.test(property) ? [{ path: `settings/${property}`, wrong: "is decided by the component" }] : []),
    ...(/[\r\n]/.test(value) ? [{ path: `settings/${property}`, wrong: "must be one line" }] : []),
  ]);
