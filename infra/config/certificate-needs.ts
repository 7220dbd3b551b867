import { X509Certificate } from "node:crypto";
import type { Problem } from "../../components/kernel/refuse";
import type { Use } from "./conflicts";
import type { Raw } from "./raw";
import { group } from "./raw";
import { SYSTEM_NAMES } from "./systems";

/** Set to `1` where a plan only brings up what stands: what has ended since stood all the same, and its successor could not be planned. */
const DATES_UNCHECKED = "FLOWFLEET_DATES_UNCHECKED";

/** What is wrong with certificates that are given as files: they are some, have not ended, and name every domain of the system. */
export const certificateNeeds = (raw: Raw, uses: readonly Use[]): Problem[] =>
  SYSTEM_NAMES.flatMap((system) => {
    const { type, certificate } = group(group(group(raw[system])["certificate"])["challenge"]);
    if (type !== "files" || typeof certificate !== "string") return [];
    const domains = uses.filter(({ kind, path }) => kind === "domain" && path.startsWith(`flowfleet:${system}.`)).map(({ value }) => value);
    return pemProblems(certificate, domains).map((problem) => ({
      path: `flowfleet:${system}.certificate.challenge.certificate`,
      ...problem,
    }));
  });

function pemProblems(pem: string, domains: readonly string[]): Omit<Problem, "path">[] {
  const certificate = parsed(pem);
  if (!certificate) return [{ wrong: "is no certificate", allowed: 'PEM text, "-----BEGIN CERTIFICATE-----" and what follows' }];
  const { subjectAltName, validTo } = certificate;
  const ended = process.env[DATES_UNCHECKED] !== "1" && Date.parse(validTo) < Date.now();
  return [
    ...(ended ? [{ wrong: `ended on ${new Date(validTo).toISOString().slice(0, 10)}`, todo: "set its successor" }] : []),
    ...domains
      .filter((domain) => certificate.checkHost(domain) === undefined)
      .map((domain) => ({
        wrong: `does not name ${domain}`,
        got: subjectAltName?.replaceAll("DNS:", "") ?? "a certificate without names",
      })),
  ];
}

function parsed(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
