import * as pulumi from "@pulumi/pulumi";
import { valueOf } from "../../components/aws/testing/value-of";
import { mirrored } from "./mirror";

it("has a text of each output, by its path", async () => {
  const outputs = {
    contract: 1,
    hosts: { main: { address: pulumi.output("203.0.113.10"), port: pulumi.output(22), size: { cpus: 8, lenient: false } } },
    coreflow: { aliases: ["www.example.com", "example.org"], release: { "api-gateway": pulumi.output("commit") }, price: undefined },
    flowra: { metrics: [{ targets: ["127.0.0.1:8080"] }], logs: [] },
  };
  expect(await valueOf(pulumi.output(mirrored(outputs)))).toEqual({
    contract: "1",
    "hosts/main/address": "203.0.113.10",
    "hosts/main/port": "22",
    "hosts/main/size/cpus": "8",
    "hosts/main/size/lenient": "false",
    "coreflow/aliases": "www.example.com,example.org",
    "coreflow/release/api-gateway": "commit",
    "flowra/metrics": '[{"targets":["127.0.0.1:8080"]}]',
  });
});

it("keeps the mark of a secret, for whoever must not show it", async () => {
  const { "seed/password": password } = mirrored({ seed: { password: pulumi.secret("canary") } });
  expect(await pulumi.isSecret(password as pulumi.Output<string>)).toBe(true);
});
