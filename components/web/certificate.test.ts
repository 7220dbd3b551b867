import * as pulumi from "@pulumi/pulumi";
import { Host } from "../host/host";
import type { HostArgs } from "../host/host";
import { record } from "../host/recording";
import { Certificate } from "./certificate";
import type { CertificateArgs, Challenge } from "./certificate";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = (args: Partial<HostArgs> = {}) => new Host("main", { address: "203.0.113.10", hostKey: KEY, ...args });
const ACME = { email: "ops@example.com" };

const made = async (args: Partial<CertificateArgs>) => {
  const { steps, outputs } = await record(() => new Certificate("shop", { host: main(), names: ["shop.example.com"], ...args }));
  return { step: steps[0], count: steps.length, outputs: outputs["shop"] };
};

it("comes from Let's Encrypt over HTTP, and nginx finds it in one place", async () => {
  const { step, count, outputs } = await made({ acme: ACME, names: ["shop.example.com", "www.shop.example.com"] });
  expect(count).toBe(1);
  expect(step).toMatchObject({ name: "shop-issue", noun: "certificate", removable: true, secrets: ["connection"] });
  expect(step?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:web:Certificate::shop",
    name: "shop.example.com",
    names: ["shop.example.com", "www.shop.example.com"],
    email: "ops@example.com",
    challenge: { type: "http" },
  });
  expect(outputs).toEqual({ fullchain: "/etc/flowfleet/certificates/shop.example.com/fullchain.pem" });
});

it("asks another ACME server, and serves a self-signed one until that answers", async () => {
  const acme = { ...ACME, server: "https://acme.example.com/dir", trust: "/etc/flowfleet/acme-ca.pem" };
  const { step } = await made({ acme, fallback: "self-signed", certificate: "shop" });
  expect(step?.document).toMatchObject({ name: "shop", ...acme, fallback: "self-signed" });
});

it.each<[Challenge, object]>([
  [
    { type: "rfc2136", server: "203.0.113.53", keyName: "acme.", secret: "c2VjcmV0" },
    { type: "rfc2136", server: "203.0.113.53", port: 53, keyName: "acme.", algorithm: "HMAC-SHA512", secret: "c2VjcmV0" },
  ],
  [
    { type: "cloudflare", token: pulumi.secret("t0ken") },
    { type: "cloudflare", token: "t0ken" },
  ],
])("keeps the credentials of a DNS challenge out of sight", async (challenge, document) => {
  const { step } = await made({ acme: ACME, challenge });
  expect(step?.document["challenge"]).toEqual(document);
  expect(step?.secrets).toEqual(["connection", "stdin"]);
});

it("takes files that exist, as text or by their path on the machine, and no account", async () => {
  const challenge: Challenge = { type: "files", certificate: "/etc/ssl/shop.pem", key: pulumi.secret("-----BEGIN\nkey\n-----END\n") };
  const { step } = await made({ challenge, acme: ACME });
  expect(step?.document).toEqual({
    owner: expect.anything() as unknown,
    name: "shop.example.com",
    names: ["shop.example.com"],
    challenge: { type: "files", certificate: "/etc/ssl/shop.pem", key: ["-----BEGIN", "key", "-----END"] },
  });
  expect(step?.secrets).toEqual(["connection", "stdin"]);
});

it("may be self-signed, a wildcard too", async () => {
  const { step } = await made({ challenge: { type: "self-signed" }, names: ["*.shop.example.com"], certificate: "shop" });
  expect(step?.document).toMatchObject({ name: "shop", names: ["*.shop.example.com"], challenge: { type: "self-signed" } });
});

it("is refused with everything that is wrong at once", async () => {
  await expect(made({ names: ["*.shop.example.com", "shop"] })).rejects.toThrow(
    'shop/names[1]: must be a bare lower-case name such as "shop.example.com"; got "shop"\n' +
      "shop/challenge: a wildcard cannot be proven by HTTP; allowed: rfc2136, cloudflare, files, self-signed\n" +
      'shop/certificate: must be a plain name such as "shop.example.com"; got "*.shop.example.com"; give the certificate a name of its own\n' +
      'shop/acme: must name the account for the challenge "http"; add { email: "ops@example.com" }',
  );
  await expect(made({ names: [], acme: ACME })).rejects.toThrow("shop/names: must hold at least one name");
});
