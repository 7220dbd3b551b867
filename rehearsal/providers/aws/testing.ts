/** One resource of each type as Flowfleet's components ask for it, in the order in which they need each other. */
import type { Props } from "../../engine";
import { instanceSamples } from "./instance-testing";

export interface Sample {
  key: string;
  type: string;
  inputs: Props;
  /** Another value for some of them, which `update` brings about. Nothing: there is no such change. */
  change?: Props;
}

/** What was made before: one of its outputs that is a text, its id by default. */
export type Made = (key: string, output?: string) => string;

const TAGS = { tags: { purpose: "changed" } };
const document = (...statements: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const TRUST = document({ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" });
const READ = document({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
const WRITE = document({ Effect: "Allow", Action: "s3:PutObject", Resource: "*" });
const CONTAINER = { name: "app", image: "docker.io/leadevs/fastflow@sha256:0", essential: true, portMappings: [{ containerPort: 3000 }] };
const SCALED = { serviceNamespace: "ecs", scalableDimension: "ecs:service:DesiredCount", resourceId: "service/flow/flow" };
const tracking = (targetValue: number): Props => ({
  targetTrackingScalingPolicyConfiguration: {
    predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    targetValue,
  },
});
const health = (path: string): Props => ({
  healthCheck: { path, interval: 15, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3, matcher: "200" },
});
const onePort = (port: number): Props => ({ fromPort: port, toPort: port });

/** @param zone Id of a hosted zone of example.com. */
export const samples = (of: Made, zone: string): (() => Sample)[] => [
  () => ({ key: "vpc", type: "ec2/vpc:Vpc", inputs: { cidrBlock: "10.40.0.0/16" }, change: { enableDnsHostnames: true, ...TAGS } }),
  () => ({
    key: "subnet-a",
    type: "ec2/subnet:Subnet",
    inputs: { vpcId: of("vpc"), cidrBlock: "10.40.0.0/20", availabilityZone: "eu-central-1a" },
    change: TAGS,
  }),
  () => ({
    key: "subnet-b",
    type: "ec2/subnet:Subnet",
    inputs: { vpcId: of("vpc"), cidrBlock: "10.40.16.0/20", availabilityZone: "eu-central-1b" },
  }),
  () => ({ key: "internet", type: "ec2/internetGateway:InternetGateway", inputs: { vpcId: of("vpc") }, change: TAGS }),
  () => ({ key: "address", type: "ec2/eip:Eip", inputs: { domain: "vpc" }, change: TAGS }),
  () => ({
    key: "nat",
    type: "ec2/natGateway:NatGateway",
    inputs: { allocationId: of("address"), subnetId: of("subnet-a") },
    change: TAGS,
  }),
  () => ({ key: "table", type: "ec2/routeTable:RouteTable", inputs: { vpcId: of("vpc") }, change: TAGS }),
  () => ({ key: "table-2", type: "ec2/routeTable:RouteTable", inputs: { vpcId: of("vpc") } }),
  () => ({
    key: "route",
    type: "ec2/route:Route",
    inputs: { routeTableId: of("table"), destinationCidrBlock: "0.0.0.0/0", natGatewayId: of("nat") },
  }),
  () => ({
    key: "association",
    type: "ec2/routeTableAssociation:RouteTableAssociation",
    inputs: { routeTableId: of("table"), subnetId: of("subnet-b") },
    change: { routeTableId: of("table-2") },
  }),
  () => ({
    key: "default-group",
    type: "ec2/defaultSecurityGroup:DefaultSecurityGroup",
    inputs: { vpcId: of("vpc"), ingress: [], egress: [] },
    change: TAGS,
  }),
  () => ({
    key: "group",
    type: "ec2/securityGroup:SecurityGroup",
    inputs: { name: "flow-app", vpcId: of("vpc"), description: "Tasks" },
    change: TAGS,
  }),
  () => ({ key: "group-2", type: "ec2/securityGroup:SecurityGroup", inputs: { vpcId: of("vpc"), description: "Database" } }),
  () => ({
    key: "in",
    type: "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    inputs: { securityGroupId: of("group-2"), ipProtocol: "tcp", ...onePort(5432), referencedSecurityGroupId: of("group") },
    change: TAGS,
  }),
  () => ({
    key: "out",
    type: "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    inputs: { securityGroupId: of("group"), ipProtocol: "tcp", ...onePort(443), cidrIpv4: "0.0.0.0/0" },
    change: TAGS,
  }),
  ...instanceSamples(of),
  () => ({
    key: "acl",
    type: "ec2/networkAcl:NetworkAcl",
    inputs: {
      vpcId: of("vpc"),
      subnetIds: [of("subnet-b")],
      ingress: [{ ruleNo: 100, action: "allow", protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 }],
      egress: [{ ruleNo: 100, action: "allow", protocol: "-1", cidrBlock: "0.0.0.0/0", fromPort: 0, toPort: 0 }],
    },
    change: TAGS,
  }),
  () => ({
    key: "endpoint",
    type: "ec2/vpcEndpoint:VpcEndpoint",
    inputs: {
      vpcId: of("vpc"),
      serviceName: "com.amazonaws.eu-central-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: [of("table")],
    },
    change: TAGS,
  }),
  () => ({
    key: "key",
    type: "kms/key:Key",
    inputs: { description: "data", enableKeyRotation: true, deletionWindowInDays: 7 },
    change: { description: "changed" },
  }),
  () => ({ key: "alias", type: "kms/alias:Alias", inputs: { name: "alias/flow", targetKeyId: of("key") } }),
  () => ({
    key: "logs",
    type: "cloudwatch/logGroup:LogGroup",
    inputs: { name: "/flow/app", retentionInDays: 30 },
    change: { retentionInDays: 90 },
  }),
  () => ({
    key: "role",
    type: "iam/role:Role",
    inputs: { name: "flow-task", assumeRolePolicy: TRUST, path: "/" },
    change: { description: "changed" },
  }),
  () => ({ key: "role-policy", type: "iam/rolePolicy:RolePolicy", inputs: { role: "flow-task", policy: READ }, change: { policy: WRITE } }),
  () => ({ key: "policy", type: "iam/policy:Policy", inputs: { name: "flow-boundary", policy: READ }, change: { policy: WRITE } }),
  () => ({
    key: "attachment",
    type: "iam/rolePolicyAttachment:RolePolicyAttachment",
    inputs: { role: "flow-task", policyArn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy" },
  }),
  () => ({
    key: "pipelines",
    type: "iam/openIdConnectProvider:OpenIdConnectProvider",
    inputs: { url: "https://token.actions.githubusercontent.com", clientIdLists: ["sts.amazonaws.com"] },
    change: { clientIdLists: ["sts.amazonaws.com", "other"] },
  }),
  () => ({ key: "profile", type: "iam/instanceProfile:InstanceProfile", inputs: { role: "flow-task" } }),
  () => ({
    key: "flow-log",
    type: "ec2/flowLog:FlowLog",
    inputs: { vpcId: of("vpc"), trafficType: "REJECT", logDestination: of("logs", "arn"), iamRoleArn: of("role", "arn") },
    change: TAGS,
  }),
  () => ({
    key: "certificate",
    type: "acm/certificate:Certificate",
    inputs: { domainName: "flow.example.com", validationMethod: "DNS" },
    change: TAGS,
  }),
  () => ({
    key: "proof",
    type: "route53/record:Record",
    inputs: { zoneId: zone, name: "_proof.flow.example.com", type: "CNAME", ttl: 60, records: ["one.example.com"] },
    change: { records: ["two.example.com"] },
  }),
  () => ({
    key: "validation",
    type: "acm/certificateValidation:CertificateValidation",
    inputs: { certificateArn: of("certificate", "arn"), validationRecordFqdns: [of("proof", "fqdn")] },
  }),
  () => ({
    key: "balancer",
    type: "lb/loadBalancer:LoadBalancer",
    inputs: {
      name: "flow",
      internal: false,
      loadBalancerType: "application",
      securityGroups: [of("group")],
      subnets: [of("subnet-a"), of("subnet-b")],
      idleTimeout: 300,
      dropInvalidHeaderFields: true,
    },
    change: { idleTimeout: 3600 },
  }),
  () => ({
    key: "target",
    type: "lb/targetGroup:TargetGroup",
    inputs: {
      name: "flow",
      port: 3000,
      protocol: "HTTP",
      targetType: "ip",
      vpcId: of("vpc"),
      deregistrationDelay: 30,
      ...health("/api/v1/ping"),
    },
    change: health("/other"),
  }),
  () => ({
    key: "listener",
    type: "lb/listener:Listener",
    inputs: {
      loadBalancerArn: of("balancer", "arn"),
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: of("certificate", "arn"),
      defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "404" } }],
    },
    change: { defaultActions: [{ type: "forward", targetGroupArn: of("target", "arn") }] },
  }),
  () => ({
    key: "rule",
    type: "lb/listenerRule:ListenerRule",
    inputs: {
      listenerArn: of("listener", "arn"),
      priority: 100,
      conditions: [{ hostHeader: { values: ["flow.example.com"] } }],
      actions: [{ type: "forward", targetGroupArn: of("target", "arn") }],
    },
    change: { priority: 200 },
  }),
  () => ({
    key: "cluster",
    type: "ecs/cluster:Cluster",
    inputs: { name: "flow", settings: [{ name: "containerInsights", value: "disabled" }] },
    change: { settings: [{ name: "containerInsights", value: "enabled" }] },
  }),
  () => ({
    key: "namespace",
    type: "servicediscovery/httpNamespace:HttpNamespace",
    inputs: { name: "flow", description: "Services of flow" },
    change: TAGS,
  }),
  () => ({
    key: "capacity",
    type: "ecs/clusterCapacityProviders:ClusterCapacityProviders",
    inputs: { clusterName: of("cluster", "name"), capacityProviders: ["FARGATE"] },
    change: { capacityProviders: ["FARGATE", "FARGATE_SPOT"] },
  }),
  () => ({
    key: "task",
    type: "ecs/taskDefinition:TaskDefinition",
    inputs: {
      family: "flow",
      cpu: "512",
      memory: "1024",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      executionRoleArn: of("role", "arn"),
      taskRoleArn: of("role", "arn"),
      runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
      containerDefinitions: JSON.stringify([CONTAINER]),
      volumes: [
        {
          name: "data",
          efsVolumeConfiguration: {
            fileSystemId: "fs-1",
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId: "fsap-1", iam: "ENABLED" },
          },
        },
      ],
    },
    change: TAGS,
  }),
  () => ({
    key: "service",
    type: "ecs/service:Service",
    inputs: {
      name: "flow",
      cluster: of("cluster", "arn"),
      taskDefinition: of("task", "arn"),
      desiredCount: 2,
      launchType: "FARGATE",
      waitForSteadyState: true,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      networkConfiguration: { subnets: [of("subnet-b")], securityGroups: [of("group")], assignPublicIp: false },
      loadBalancers: [{ targetGroupArn: of("target", "arn"), containerName: "app", containerPort: 3000 }],
    },
    change: { desiredCount: 3 },
  }),
  () => ({
    key: "scaling",
    type: "appautoscaling/target:Target",
    inputs: { ...SCALED, minCapacity: 2, maxCapacity: 4 },
    change: { maxCapacity: 6 },
  }),
  () => ({
    key: "scaling-policy",
    type: "appautoscaling/policy:Policy",
    inputs: { ...SCALED, name: "cpu", policyType: "TargetTrackingScaling", ...tracking(60) },
    change: tracking(70),
  }),
  () => ({ key: "topic", type: "sns/topic:Topic", inputs: { name: "flow-alarms" }, change: { kmsMasterKeyId: "alias/flow" } }),
  () => ({
    key: "subscription",
    type: "sns/topicSubscription:TopicSubscription",
    inputs: { topic: of("topic", "arn"), protocol: "email", endpoint: "ops@example.com" },
  }),
  () => ({ key: "topic-policy", type: "sns/topicPolicy:TopicPolicy", inputs: { arn: of("topic", "arn"), policy: READ } }),
  () => ({
    key: "alarm",
    type: "cloudwatch/metricAlarm:MetricAlarm",
    inputs: {
      name: "flow-5xx",
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 2,
      metricName: "HTTPCode_Target_5XX_Count",
      namespace: "AWS/ApplicationELB",
      period: 60,
      statistic: "Sum",
      threshold: 5,
      alarmActions: [of("topic", "arn")],
      dimensions: { LoadBalancer: "app/flow" },
    },
    change: { threshold: 9 },
  }),
  () => ({
    key: "dashboard",
    type: "cloudwatch/dashboard:Dashboard",
    inputs: { dashboardName: "flow", dashboardBody: '{"widgets":[]}' },
    change: { dashboardBody: '{"widgets":[],"start":"-PT1H"}' },
  }),
  () => ({
    key: "event",
    type: "cloudwatch/eventRule:EventRule",
    inputs: { name: "flow-failed", eventPattern: '{"source":["aws.ecs"]}' },
    change: { description: "changed" },
  }),
  () => ({
    key: "event-target",
    type: "cloudwatch/eventTarget:EventTarget",
    inputs: { rule: "flow-failed", arn: of("topic", "arn"), targetId: "topic" },
  }),
  () => ({
    key: "filter",
    type: "cloudwatch/logMetricFilter:LogMetricFilter",
    inputs: {
      name: "errors",
      logGroupName: "/flow/app",
      pattern: "ERROR",
      metricTransformation: { name: "errors", namespace: "flow", value: "1" },
    },
    change: { pattern: "FATAL" },
  }),
  () => ({
    key: "parameter",
    type: "ssm/parameter:Parameter",
    inputs: { name: "/flow/password", type: "SecureString", value: "first value" },
    change: { value: "second value" },
  }),
  () => ({
    key: "subnets",
    type: "rds/subnetGroup:SubnetGroup",
    inputs: { name: "flow", subnetIds: [of("subnet-a"), of("subnet-b")] },
    change: TAGS,
  }),
  () => ({
    key: "parameters",
    type: "rds/parameterGroup:ParameterGroup",
    inputs: {
      name: "flow15",
      family: "postgres15",
      parameters: [{ name: "rds.force_ssl", value: "1", applyMethod: "immediate" }],
    },
    change: TAGS,
  }),
  () => ({
    key: "database",
    type: "rds/instance:Instance",
    inputs: {
      identifier: "flow",
      engine: "postgres",
      engineVersion: "15",
      instanceClass: "db.t4g.small",
      allocatedStorage: 20,
      dbName: "flow",
      username: "flow_admin",
      password: "abcdefgh12",
      storageEncrypted: true,
      multiAz: true,
      backupRetentionPeriod: 7,
      dbSubnetGroupName: "flow",
      parameterGroupName: "flow15",
      vpcSecurityGroupIds: [of("group-2")],
      publiclyAccessible: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "flow-final",
    },
    change: { backupRetentionPeriod: 14 },
  }),
  () => ({
    key: "database-events",
    type: "rds/eventSubscription:EventSubscription",
    inputs: { name: "flow", snsTopic: of("topic", "arn"), sourceType: "db-instance", sourceIds: ["flow"], eventCategories: ["failure"] },
    change: { eventCategories: ["failure", "low storage"] },
  }),
  () => ({
    key: "share",
    type: "efs/fileSystem:FileSystem",
    inputs: { creationToken: "flow", encrypted: true, throughputMode: "elastic", lifecyclePolicies: [{ transitionToIa: "AFTER_30_DAYS" }] },
    change: TAGS,
  }),
  () => ({
    key: "mount",
    type: "efs/mountTarget:MountTarget",
    inputs: { fileSystemId: of("share"), subnetId: of("subnet-b"), securityGroups: [of("group")] },
  }),
  () => ({
    key: "access",
    type: "efs/accessPoint:AccessPoint",
    inputs: {
      fileSystemId: of("share"),
      posixUser: { uid: 1000, gid: 1000 },
      rootDirectory: { path: "/data", creationInfo: { ownerUid: 1000, ownerGid: 1000, permissions: "0750" } },
    },
    change: TAGS,
  }),
  () => ({
    key: "share-policy",
    type: "efs/fileSystemPolicy:FileSystemPolicy",
    inputs: { fileSystemId: of("share"), policy: document() },
    change: { policy: READ },
  }),
  () => ({
    key: "share-backup",
    type: "efs/backupPolicy:BackupPolicy",
    inputs: { fileSystemId: of("share"), backupPolicy: { status: "ENABLED" } },
  }),
  () => ({ key: "log-bucket", type: "s3/bucket:Bucket", inputs: { bucket: "flow-logs", forceDestroy: true } }),
  () => ({ key: "bucket", type: "s3/bucket:Bucket", inputs: { bucket: "flow-state", objectLockEnabled: true }, change: TAGS }),
  ...bucketSettings.map((make) => () => make(of)),
];

const setting = (name: string, inputs: Props, change?: Props): Sample => ({
  key: name,
  type: `s3/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`,
  inputs: { bucket: "flow-state", ...inputs },
  ...(change && { change }),
});
const LOGGED = document({
  Effect: "Allow",
  Principal: { Service: "logging.s3.amazonaws.com" },
  Action: "s3:PutObject",
  Resource: "arn:aws:s3:::flow-logs/*",
});
const FLAGS = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const expiry = (noncurrentDays: number): Props => ({
  rules: [{ id: "old", status: "Enabled", noncurrentVersionExpiration: { noncurrentDays } }],
});

const bucketSettings: ((of: Made) => Sample)[] = [
  () => setting("BucketVersioning", { versioningConfiguration: { status: "Enabled" } }),
  () => setting("BucketPublicAccessBlock", { ...FLAGS, blockPublicAcls: false }, { blockPublicAcls: true }),
  (of) =>
    setting("BucketServerSideEncryptionConfiguration", {
      rules: [
        { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: of("key", "arn") }, bucketKeyEnabled: true },
      ],
    }),
  () => setting("BucketLifecycleConfiguration", expiry(90), expiry(30)),
  () => setting("BucketPolicy", { bucket: "flow-logs", policy: LOGGED }, { policy: document() }),
  () => setting("BucketOwnershipControls", { rule: { objectOwnership: "BucketOwnerEnforced" } }),
  () => setting("BucketObjectLockConfiguration", { rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } } }),
  () => setting("BucketLogging", { targetBucket: "flow-logs", targetPrefix: "log/" }),
];
