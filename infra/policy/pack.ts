/** The rules as Pulumi's policy pack: `pulumi preview --policy-pack infra/policy`, and `pulumi up` likewise. */
import { PolicyPack } from "@pulumi/policy";
import { circumstances } from "./pack-circumstances";
import { policiesOf } from "./pack-policies";

new PolicyPack("flowfleet", { policies: policiesOf(circumstances(process.env, new Date())) });
