import { LoadBalancer } from "./load-balancer";
import type { NewLoadBalancer } from "./load-balancer";
import { inputsOf, network, PLACE, recorded } from "./testing/tier";

const NAMES = { names: ["flowstack.example.com", "www.flowstack.example.com"], by: { zone: "Z0123456789" } } as const;
const made = (more: Partial<NewLoadBalancer> = {}) =>
  recorded(() => new LoadBalancer("balancer", { place: PLACE, network: network(), ...NAMES, ...more }));

it("answers by HTTPS alone, refuses odd requests, and writes down who asked", async () => {
  const found = await made({ idleTimeout: "1 hour" });
  expect(inputsOf(found, "lb/loadBalancer:LoadBalancer")).toEqual({
    name: "flowstack-prod",
    loadBalancerType: "application",
    internal: false,
    subnets: ["subnet-0a", "subnet-0b"],
    securityGroups: ["balancer-group-group-id"],
    idleTimeout: 3600,
    enableHttp2: true,
    dropInvalidHeaderFields: true,
    desyncMitigationMode: "defensive",
    enableDeletionProtection: true,
    accessLogs: { enabled: true, bucket: "balancer-logs-bucket-id" },
    tags: { project: "flowfleet", environment: "prod", Name: "flowstack-prod" },
  });
  expect(inputsOf(found, "lb/listener:Listener", "balancer-http")).toMatchObject({
    port: 80,
    defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
  });
  expect(inputsOf(found, "lb/listener:Listener", "balancer-https")).toMatchObject({
    port: 443,
    protocol: "HTTPS",
    certificateArn: "arn:made-up:Certificate:balancer-certificate-certificate",
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=63072000",
    defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "404" } }],
  });
});

it("proves its names in the zone, and leads them to itself", async () => {
  const found = await made();
  expect(inputsOf(found, "acm/certificate:Certificate")).toMatchObject({
    domainName: "flowstack.example.com",
    subjectAlternativeNames: ["www.flowstack.example.com"],
    validationMethod: "DNS",
  });
  expect(inputsOf(found, "route53/record:Record", "balancer-certificate-proof-www.flowstack.example.com")).toMatchObject({
    zoneId: "Z0123456789",
    name: "_proof.www.flowstack.example.com.",
    type: "CNAME",
    records: ["proof.made-up.invalid."],
  });
  expect(inputsOf(found, "acm/certificateValidation:CertificateValidation")["validationRecordFqdns"]).toEqual([
    "_proof.flowstack.example.com.",
    "_proof.www.flowstack.example.com.",
  ]);
  expect(inputsOf(found, "route53/record:Record", "balancer-name-flowstack.example.com")).toMatchObject({
    type: "A",
    aliases: [{ name: "balancer-balancer.made-up.invalid", zoneId: "ZMADEUP", evaluateTargetHealth: false }],
  });
});

it("takes a certificate that is there, and leaves the names to its owner", async () => {
  const certificate = "arn:aws:acm:eu-central-1:123456789012:certificate/1";
  const found = await made({ by: { certificate } });
  expect(inputsOf(found, "lb/listener:Listener", "balancer-https")["certificateArn"]).toBe(certificate);
  expect(found.resources.filter(({ type }) => /route53|acm/.test(type))).toEqual([]);
});

it("is open to whom it is for", async () => {
  const found = await made({ from: ["203.0.113.0/24"] });
  const rules = found.resources.filter(({ type }) => type.endsWith(":SecurityGroupIngressRule")).map(({ inputs }) => inputs);
  expect(rules.map(({ cidrIpv4, fromPort }) => [cidrIpv4, fromPort])).toEqual([
    ["203.0.113.0/24", 80],
    ["203.0.113.0/24", 443],
  ]);
});

it("is open to an address as to a network of one, and to each once: AWS takes no rule twice", async () => {
  const found = await made({ from: ["203.0.113.7", "203.0.113.0/24", "203.0.113.7/32"] });
  const rules = found.resources.filter(({ type }) => type.endsWith(":SecurityGroupIngressRule")).map(({ inputs }) => inputs["cidrIpv4"]);
  expect(rules).toEqual(["203.0.113.7/32", "203.0.113.7/32", "203.0.113.0/24", "203.0.113.0/24"]);
});

it("keeps its logs closed, encrypted and for a while", async () => {
  const found = await made();
  const bucket = "flowstack-prod-123456789012-access-logs";
  expect(inputsOf(found, "s3/bucket:Bucket")).toMatchObject({ bucket });
  expect(inputsOf(found, "s3/bucketPublicAccessBlock:BucketPublicAccessBlock")).toMatchObject({
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  expect(JSON.parse(String(inputsOf(found, "s3/bucketPolicy:BucketPolicy")["policy"]))).toMatchObject({
    Statement: [
      {
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::${bucket}/AWSLogs/123456789012/*`,
      },
      { Effect: "Deny", Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
    ],
  });
});

it("lets its logs go together with it, once it may go: AWS deletes no bucket with something in it", async () => {
  expect(inputsOf(await made(), "s3/bucket:Bucket")).not.toHaveProperty("forceDestroy");
  expect(inputsOf(await made({ protect: false }), "s3/bucket:Bucket")).toMatchObject({ forceDestroy: true });
});

it("may be somebody else's, of which nothing is made", async () => {
  const existing = {
    listener: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/main/50dc6c495c0c9188/f2f7dc8efc522ab2",
    securityGroup: "sg-0abc",
    dnsName: "main-1.eu-central-1.elb.amazonaws.com",
    arnSuffix: "app/main/50dc6c495c0c9188",
  };
  const found = await recorded(() => new LoadBalancer("balancer", { place: PLACE, existing }));
  expect(found.resources.filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
  expect(found.outputs["balancer"]).toEqual({ listener: existing.listener, dnsName: existing.dnsName });
});

it("takes over what is there", async () => {
  const arn = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/fastflow/50dc6c495c0c9188";
  const balancer = { id: arn, keep: ["tags"] };
  const record = "Z0123456789_flowstack.example.com_A";
  const found = await made({ names: ["flowstack.example.com"], adopt: { balancer, "name-flowstack.example.com": { id: record } } });
  const taken = found.resources.find(({ name }) => name === "balancer-balancer");
  expect([taken?.imported, taken?.inputs["name"], taken?.ignoreChanges]).toEqual([arn, "fastflow", ["tags"]]);
  expect(found.resources.find(({ name }) => name === "balancer-name-flowstack.example.com")?.imported).toBe(record);
  await expect(made({ names: ["flowstack.example.com"], adopt: { balancer } })).rejects.toThrow(
    `balancer/adopt/name-flowstack.example.com: is missing: the record that leads to the load balancer is there already; allowed: the id ${record}, or {id: none} to have it made`,
  );
});

it("makes the record of a name that leads nowhere yet beside a load balancer that is taken over", async () => {
  const balancer = { id: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/fastflow/50dc6c495c0c9188" };
  const found = await made({ names: ["next.example.com"], adopt: { balancer, "name-next.example.com": { id: "none" } } });
  const record = found.resources.find(({ name }) => name === "balancer-name-next.example.com");
  expect([record?.inputs["name"], record?.imported]).toEqual(["next.example.com", undefined]);
});

it("tells what becomes of requests when the listener that users ask is taken over", async () => {
  const said = async (https?: { id: string; keep?: string[] }) => {
    const found = await made({
      by: { certificate: "arn:aws:acm:eu-central-1:123456789012:certificate/1" },
      ...(https && { adopt: { https } }),
    });
    return (found.outputs["balancer"] as { interruption?: string }).interruption;
  };
  const id = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/fastflow/50dc6c495c0c9188/f2f7dc8efc522ab2";
  expect(await said()).toBeUndefined();
  expect(await said({ id })).toMatch(/^taken over: requests for .* get 503 until the first rollout .*, all others get 404 at once$/);
  expect(await said({ id, keep: ["defaultActions"] })).toMatch(/all others go where they went$/);
});

it("takes a certificate and a listener of its own region and account alone", async () => {
  const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1";
  await expect(made({ by: { certificate } })).rejects.toThrow(
    `balancer/by/certificate: is no certificate of this region and account, and a load balancer takes no other; got "${certificate}"; ` +
      "allowed: arn:aws:acm:eu-central-1:123456789012:certificate/…; request one there, or import it",
  );
  const listener = "arn:aws:elasticloadbalancing:eu-central-1:210987654321:listener/app/main/50dc6c495c0c9188/f2f7dc8efc522ab2";
  const existing = { listener, securityGroup: "sg-0abc", dnsName: "main.example.com", arnSuffix: "app/main/50dc6c495c0c9188" };
  await expect(recorded(() => new LoadBalancer("balancer", { place: PLACE, existing }))).rejects.toThrow(
    "balancer/existing/listener: is no listener of an application load balancer of this region and account, and tasks answer behind no other; " +
      `got "${listener}"; allowed: arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/…`,
  );
});

it("says all that is wrong at once", async () => {
  await expect(
    made({ names: ["https://x"], by: { zone: "example.com" }, from: ["10.0.0.1/8"], idleTimeout: "2 hours", adopt: { alb: { id: "x" } } }),
  ).rejects.toThrow(
    [
      'balancer/names[0]: must be a bare lower-case name such as "shop.example.com"; got "https://x"',
      'balancer/by/zone: must be the id of a public hosted zone in Route 53; got "example.com"; allowed: such as "Z0123456789ABCDEFGHIJ"',
    ].join("\n"),
  );
  await expect(made({ idleTimeout: "2 hours", adopt: { alb: { id: "x" } } })).rejects.toThrow(
    'balancer/idleTimeout: must be at most 4000 seconds, got "2 hours"\n' +
      "balancer/adopt/alb: is nothing that is made here; allowed: balancer, http, https, name-flowstack.example.com, name-www.flowstack.example.com",
  );
});
