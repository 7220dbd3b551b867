import { execFileSync } from "node:child_process";
import { certificateNeeds } from "./certificate-needs";

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env["FLOWFLEET_DATES_UNCHECKED"];
});

/** Of a day. */
const certificate = (): string => {
  const made = ["req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=a.example.com"];
  return execFileSync("openssl", [...made, "-days", "1"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
};

test("a certificate that ended is refused, but not where a plan brings up what stands", () => {
  const raw = { flowra: { certificate: { challenge: { type: "files", certificate: certificate() } } } };
  const wrong = () => certificateNeeds(raw as Parameters<typeof certificateNeeds>[0], []).map((problem) => problem.wrong);
  jest.spyOn(Date, "now").mockReturnValue(Date.now() + 3 * 24 * 3600 * 1000);
  expect(wrong()).toEqual([expect.stringMatching(/^ended on 20\d\d-\d\d-\d\d$/)]);
  process.env["FLOWFLEET_DATES_UNCHECKED"] = "1";
  expect(wrong()).toEqual([]);
});
