import { list, number, Sealed, UNKNOWN } from "../resource";
import { all, type Rule, setting } from "../rule";

const encrypted = all(
  setting("type", "SecureString", 'must be "SecureString"'),
  setting("keyId", (key) => typeof key === "string" && key !== "" && key !== "alias/aws/ssm", "must be a key of ours"),
);

/** Logs, alarms and parameters. AWS's yardstick asks nothing of them; the rules are our own. */
export const records = {
  "parameter-encrypted": {
    asks: "Parameters of Systems Manager are SecureStrings under a key of ours, unless their input says that they are no secret (`insecureValue`)",
    on: ["aws:ssm/parameter:Parameter"],
    check: (parameter, stack) => {
      if (parameter.props["insecureValue"] === undefined) return encrypted(parameter, stack);
      return parameter.props["insecureValue"] instanceof Sealed ? ["insecureValue is marked as a secret, and AWS would show it"] : [];
    },
  },
  "logs-forget": {
    asks: "Log groups forget after a time, and are encrypted by a key of ours",
    on: ["aws:cloudwatch/logGroup:LogGroup"],
    check: all(
      setting("retentionInDays", (days) => number(days) > 0, "must be a number of days"),
      setting("kmsKeyId", (key) => typeof key === "string" && key !== "", "must be a key of ours"),
    ),
  },
  "alarms-reach-somebody": {
    asks: "An alarm tells somebody",
    on: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
    check: ({ props }) =>
      props["alarmActions"] === UNKNOWN || list(props["alarmActions"]).length > 0 ? [] : ["alarmActions must name a topic"],
  },
} satisfies Record<string, Rule>;
