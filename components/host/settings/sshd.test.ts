import { createDiffieHellman, getDiffieHellman } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OPERATING_SYSTEMS } from "../operating-system";
import { moduliText, sshdText } from "./sshd";

const golden = (name: string) => readFileSync(join(__dirname, "../golden", name), "utf8");
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

it.each(OPERATING_SYSTEMS)("the settings for %s", (os) => {
  expect(text(sshdText(os, ["deploy", "alice"], [22]))).toBe(golden(`sshd-${os}.conf`));
});

it("names the ports where they are not the usual one", () => {
  expect(sshdText("debian-12", ["deploy"], [22])).not.toContain("Port 22");
  expect(sshdText("debian-12", ["deploy"], [22, 2222])).toEqual(expect.arrayContaining(["Port 22", "Port 2222"]));
});

it("the groups of 3072 bits and more", () => {
  expect(text(moduliText())).toBe(golden("moduli"));
  const primes = moduliText()
    .slice(1)
    .map((line) => line.split(" ").at(-1)?.toLowerCase() ?? "");
  expect(primes).toEqual(["modp15", "modp16", "modp18"].map((name) => getDiffieHellman(name).getPrime("hex")));
  // OpenSSL's own check of a group: no complaint about the prime.
  expect(createDiffieHellman(primes[0] ?? "", "hex", 2).verifyError & 0b11).toBe(0);
});
