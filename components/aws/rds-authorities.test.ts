import { X509Certificate } from "node:crypto";
import { authoritiesProblems, rdsAuthorities } from "./rds-authorities";

const certificates = (pem: string) => pem.split(/(?<=-----END CERTIFICATE-----\n)/).map((one) => new X509Certificate(one));

it("names all who vouch for a region's databases, of that region alone", () => {
  const found = certificates(rdsAuthorities("eu-central-1"));
  expect(found.map(({ subject }) => /CN=(.*)/.exec(subject)?.[1]).sort()).toEqual([
    "Amazon RDS eu-central-1 Root CA ECC384 G1",
    "Amazon RDS eu-central-1 Root CA RSA2048 G1",
    "Amazon RDS eu-central-1 Root CA RSA4096 G1",
  ]);
  expect(found.every((one) => one.ca && new Date(one.validTo) > new Date("2060-01-01"))).toBe(true);
});

it("asks for them in a region that it does not know, unless they are given", () => {
  expect(authoritiesProblems("authorities", "eu-central-1", undefined)).toEqual([]);
  expect(authoritiesProblems("authorities", "xx-nowhere-1", "-----BEGIN CERTIFICATE-----\n")).toEqual([]);
  expect(authoritiesProblems("authorities", "xx-nowhere-1", "bundle.pem")).toMatchObject([{ wrong: "is no certificate" }]);
  expect(authoritiesProblems("authorities", "xx-nowhere-1", undefined)).toMatchObject([
    { path: "authorities", todo: expect.stringContaining("xx-nowhere-1-bundle.pem") as unknown },
  ]);
});
