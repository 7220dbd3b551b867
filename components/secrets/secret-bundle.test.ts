import * as pulumi from "@pulumi/pulumi";
import { Host } from "../host/host";
import { record } from "../host/recording";
import { password } from "./password";
import { SecretBundle } from "./secret-bundle";
import type { SecretBundleArgs } from "./secret-bundle";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const main = () => new Host("main", { address: "203.0.113.10", hostKey: KEY });
const PATH = "/srv/shop/environments/.env.staging";
type Variables = SecretBundleArgs["variables"];

const made = (variables: Variables, path = PATH, options = {}) =>
  record(() => new SecretBundle("secrets", { host: main(), path, variables }), options);
const revision = async (variables: Variables, path = PATH, drawn = "one") =>
  ((await made(variables, path, { drawn })).outputs["secrets"] as { revision: string }).revision;

it("is one secret file of mode 0600 with every variable", async () => {
  const { steps } = await made({
    PORT: { value: "8529" },
    PASSWORD: { value: pulumi.secret("pa ss#word") },
    JWT_SECRET: { generate: "hex" },
    ENCRYPTION_KEY: { generate: "hex" },
    ADMIN: { generate: "password" },
  });
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ name: "secrets-file-files", noun: "files", removable: true, secrets: ["connection", "stdin"] });
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:secrets:SecretBundle$flowfleet:host:FileSet::secrets-file",
    directories: { "/srv/shop/environments": { mode: "0755", user: "root", group: "root" } },
    files: {
      [PATH]: {
        mode: "0600",
        user: "root",
        group: "root",
        text: [
          "ADMIN='secrets-ADMIN-password'",
          "ENCRYPTION_KEY='secrets-ENCRYPTION_KEY-password'",
          "JWT_SECRET='secrets-JWT_SECRET-password'",
          "PASSWORD='pa ss#word'",
          "PORT='8529'",
        ],
      },
    },
  });
});

it("belongs, with its folder, to the account that reads it by itself, where there is one", async () => {
  const variables = { PORT: { value: "8529" } };
  const { steps } = await record(() => new SecretBundle("secrets", { host: main(), path: PATH, variables, user: "shop" }));
  expect(steps[0]?.document).toMatchObject({
    directories: { "/srv/shop/environments": { mode: "0755", user: "shop", group: "shop" } },
    files: { [PATH]: { mode: "0600", user: "shop", group: "shop", text: ["PORT='8529'"] } },
  });
  await expect(record(() => new SecretBundle("secrets", { host: main(), path: PATH, variables, user: "root" }))).rejects.toThrow(
    /secrets\/user: /,
  );
});

it("leaves the rights of a folder that is somebody else's as they are", async () => {
  const variables = { PORT: { value: "8529" } };
  const { steps } = await record(
    () => new SecretBundle("secrets", { host: main(), path: PATH, variables, user: "shop", folderStays: true }),
  );
  expect(steps[0]?.document).toMatchObject({ files: { [PATH]: { mode: "0600", user: "shop", group: "shop" } } });
  expect(steps[0]?.document).not.toHaveProperty("directories");
});

it("generates with at least 256 bits, anew for a new rotation", async () => {
  const { resources } = await made({ A: { generate: "hex" }, B: { generate: "hex", rotation: "2026-11" }, C: { generate: "password" } });
  const made3 = resources
    .filter(({ type }) => type.startsWith("random:"))
    .map(({ urn, inputs }) => [urn, inputs])
    .sort();
  const hex = { length: 64, upper: false, lower: false, overrideSpecial: "abcdef" };
  const inBundle = "flowfleet:secrets:SecretBundle$random:index";
  expect(made3).toEqual([
    [`${inBundle}/randomPassword:RandomPassword::secrets-A`, { ...hex, keepers: { rotation: "first" } }],
    [`${inBundle}/randomPassword:RandomPassword::secrets-B`, { ...hex, keepers: { rotation: "2026-11" } }],
    [`${inBundle}/randomPassword:RandomPassword::secrets-C`, { length: 43, special: false, keepers: { rotation: "first" } }],
  ]);
  expect([64 * Math.log2(16), 43 * Math.log2(62)].every((bits) => bits >= 256)).toBe(true);
});

it("has a revision that shows, and that tells nothing", async () => {
  const { outputs } = await made({ PASSWORD: { value: pulumi.secret("hunter2") }, KEY: { generate: "hex" } });
  expect(outputs["secrets"]).toEqual({ revision: expect.stringMatching(/^[0-9a-f]{12}$/) as unknown });
});

it("has no revision in a preview until each value is made", async () => {
  const { resources, outputs } = await made({ KEY: { generate: "hex" } }, PATH, { preview: true });
  expect(resources.map(({ name }) => name)).toContain("secrets-KEY");
  expect(outputs["secrets"]).toEqual({});
});

it("changes its revision with a value that is made anew, for the same word too, and whatever made it", async () => {
  const given: Variables = { KEY: { generate: "hex", rotation: "november" } };
  expect(await revision(given)).toBe(await revision(given));
  expect(await revision(given, PATH, "another")).not.toBe(await revision(given));
  const of = async (drawn: string) => {
    const variables = () => ({ URI: { value: password("account", { rotation: "first" }, pulumi.rootStackResource) } });
    const { outputs } = await record(() => new SecretBundle("secrets", { host: main(), path: PATH, variables: variables() }), { drawn });
    return (outputs["secrets"] as { revision: string }).revision;
  };
  expect(await of("one")).not.toBe(await of("another"));
});

it("changes its revision with a value, a variable or a rotation, and with nothing else", async () => {
  const before: Variables = { A: { value: "1" }, B: { generate: "hex" } };
  const same = await revision(before);
  expect(await revision({ B: { generate: "hex", rotation: "first" }, A: { value: pulumi.secret("1") } })).toBe(same);
  const others = [
    await revision({ ...before, A: { value: "2" } }),
    await revision({ ...before, C: { value: "1" } }),
    await revision({ ...before, B: { generate: "hex", rotation: "second" } }),
    await revision(before, "/srv/other/.env"),
  ];
  expect(new Set([same, ...others]).size).toBe(5);
});

it("is refused with every missing or impossible variable at once, and shows none", async () => {
  const missing = { value: undefined } as unknown as { value: string };
  const error = await made(
    { A: missing, B: { value: "" }, "C-D": { value: "x" }, E: { value: "it's $ecret" }, F: { value: "1" } },
    "env",
  ).then(
    () => undefined,
    (reason: unknown) => (reason as Error).message,
  );
  expect(error).toBe(
    'secrets/path: must be an absolute path of plain characters such as "/srv/shop"; got "env"\n' +
      "secrets/variables/C-D: is no name of a variable\n" +
      "secrets/variables/A: has no value; set it in the stack's configuration\n" +
      "secrets/variables/B: has no value; set it in the stack's configuration\n" +
      "secrets/variables/E: cannot be written so that a shell and Docker Compose read the same; leave out either the apostrophes and " +
      'double or final backslashes, or every one of " $ ` \\',
  );
  expect(error).not.toContain("ecret ");
});
