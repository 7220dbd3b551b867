import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";

const pool = new pulumi.Config().get("pool");
new ec2.Vpc("network", { cidrBlock: "10.0.0.0/16", ...(pool !== undefined && { ipv6IpamPoolId: pool }) });
