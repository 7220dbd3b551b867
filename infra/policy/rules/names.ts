import { group, shown, UNKNOWN } from "../resource";
import type { Rule } from "../rule";

/** Types of AWS that take tags, of those that we use. */
const TAGGED = [
  "acm/certificate:Certificate",
  "cloudwatch/eventRule:EventRule",
  "cloudwatch/logGroup:LogGroup",
  "cloudwatch/metricAlarm:MetricAlarm",
  "ec2/eip:Eip",
  "ec2/flowLog:FlowLog",
  "ec2/instance:Instance",
  "ec2/internetGateway:InternetGateway",
  "ec2/natGateway:NatGateway",
  "ec2/networkAcl:NetworkAcl",
  "ec2/routeTable:RouteTable",
  "ec2/securityGroup:SecurityGroup",
  "ec2/subnet:Subnet",
  "ec2/vpc:Vpc",
  "ec2/vpcEndpoint:VpcEndpoint",
  "ecs/cluster:Cluster",
  "ecs/service:Service",
  "ecs/taskDefinition:TaskDefinition",
  "efs/accessPoint:AccessPoint",
  "efs/fileSystem:FileSystem",
  "iam/policy:Policy",
  "iam/role:Role",
  "kms/key:Key",
  "lb/listener:Listener",
  "lb/loadBalancer:LoadBalancer",
  "lb/targetGroup:TargetGroup",
  "rds/instance:Instance",
  "rds/parameterGroup:ParameterGroup",
  "rds/subnetGroup:SubnetGroup",
  "s3/bucket:Bucket",
  "sns/topic:Topic",
  "ssm/parameter:Parameter",
].map((type) => `aws:${type}`);
const TAGS = ["Name", "environment", "managed-by", "project"];

/** By which people find things, and bills say whose they are. */
export const named = {
  "names-and-tags": {
    asks: "What is in AWS says its name, project and environment, and by whom it is managed",
    on: TAGGED,
    check: ({ props }) => {
      if (props["tags"] === UNKNOWN) return [];
      const tags = group(props["tags"]);
      const lacking = TAGS.filter((tag) => tags[tag] !== UNKNOWN && (typeof tags[tag] !== "string" || tags[tag] === ""));
      return lacking.length === 0 ? [] : [`tags lack ${lacking.join(", ")}`];
    },
  },
  "machine-names": {
    asks: "Containers and volumes of a machine have a name that somebody gave them",
    on: ["docker:index/container:Container", "docker:index/volume:Volume"],
    check: ({ props }) =>
      props["name"] === UNKNOWN || (typeof props["name"] === "string" && /^[a-z0-9][a-z0-9_.-]+$/i.test(props["name"]))
        ? []
        : [`name is missing; got ${shown(props["name"])}`],
  },
} satisfies Record<string, Rule>;
