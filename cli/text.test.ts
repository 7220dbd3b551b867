import { cloudInit } from "./bootstrap";
import { seconds, table } from "./format";
import { curlLine, nextSteps } from "./next-steps";
import { countsText, summaryText } from "./summary";
import { shortUrn } from "./urn";

const urn = "urn:pulumi:prod::flowfleet::flowfleet:flowmaster:FlowMaster$flowfleet:web:NginxSite::shop";

test("times are told in the unit that fits", () => {
  expect([seconds(4210), seconds(185_000)]).toEqual(["4.2 s", "3 min 5 s"]);
});

test("a table is as wide as its widest cells", () => {
  expect(
    table([
      ["a", "long cell"],
      ["longer", "b"],
    ]),
  ).toBe("a       long cell\nlonger  b");
});

test("a URN is shortened to the last type's name and the resource's", () => {
  expect(shortUrn(urn)).toBe("NginxSite shop");
});

test("the summary tells failures first, then the counts in Pulumi's words", () => {
  const result = {
    succeeded: false,
    changes: { same: 12, create: 3 },
    steps: [],
    outputs: {},
    assumed: ["organization/flowfleet/shared"],
    durationMs: 2500,
  };
  const diagnostics = [{ severity: "error" as const, urn, message: "it broke\n" }];
  expect(summaryText({ ...result, diagnostics }).replace(/\x1b\[\d+m/g, "")).toBe(
    "error: NginxSite shop: it broke\nassumed: the outputs of organization/flowfleet/shared are the planned ones, not those of a state.\nfailed: 3 create, 12 same in 2.5 s\n",
  );
  expect(summaryText({ ...result, diagnostics }, "prod: ").replace(/\x1b\[\d+m/g, "")).toMatch(/^error: .*\n.*\nprod: failed: 3 create/);
  expect(countsText({})).toBe("nothing to do");
});

const status = {
  stack: "local",
  stacks: ["local"],
  ca: "/home/me/ca.pem",
  machines: [
    { name: "local-main", address: "127.20.1.1", port: 22, user: "deploy", identityFile: "/k", hostKey: "ssh-ed25519 A", state: "running" },
  ],
  urls: [
    {
      system: "flowmaster",
      environment: "local",
      url: "https://flowmaster.localhost",
      address: "127.20.1.1",
      port: 443,
      healthUrl: "https://flowmaster.localhost/api/health",
    },
  ],
};

test("the curl line names the address and checks the certificate", () => {
  expect(status.urls.map((url) => curlLine(url, status.ca))).toEqual([
    "curl --cacert /home/me/ca.pem --connect-to flowmaster.localhost:443:127.20.1.1:443 https://flowmaster.localhost/api/health",
  ]);
});

test("the curl line works from a folder with blanks in its name", () => {
  const [url] = status.urls;
  expect(url && curlLine(url, "/home/my files/ca.pem")).toContain("--cacert '/home/my files/ca.pem' ");
});

test("what a person needs next", () => {
  expect(nextSteps(status, "9.6 s").replace(/\x1b\[\d+m/g, "")).toBe(`
Stack local is up (9.6 s).
  Open          flowmaster: https://flowmaster.localhost
  Try           curl --cacert /home/me/ca.pem --connect-to flowmaster.localhost:443:127.20.1.1:443 https://flowmaster.localhost/api/health
  In a browser  add "127.20.1.1 flowmaster.localhost" to /etc/hosts and trust /home/me/ca.pem
  Log in        npx flowfleet rehearse --stack local --ssh local-main
  Look around   npx flowfleet rehearse --stack local --status
                npx flowfleet outputs --stack local --rehearsal
  Change        edit Pulumi.local.yaml, then npm start again: only what changed is done
  Tear down     npm run down
`);
});

test("with some of the systems only, the same are started again", () => {
  expect(nextSteps(status, "9.6 s", ["flowmaster", "flowra"])).toContain(
    "then npx flowfleet rehearse --stack local --systems flowmaster flowra again: only what changed is done",
  );
});

test("user data writes the document for root alone and runs the same program", () => {
  const text = cloudInit({ user: "deploy", authorizedKeys: ["ssh-ed25519 AAAA me"] }, 22);
  expect(text.split("\n")[0]).toBe("#cloud-config");
  expect(text).toMatch(/path: \/var\/lib\/flowfleet-bootstrap\/document.json\n +permissions: "0600"/);
  expect(text).toMatch(/^# \d+ KB; providers limit user data/m);
});
