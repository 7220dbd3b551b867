import type { Recording } from "../../components/host/recording";
import { documentOf, run } from "./testing/program";

it("keeps the volumes of its databases from being deleted, unless it is told otherwise", async () => {
  const volumes = async (text: string) =>
    (await run(text)).resources
      .filter(({ type }) => type === "docker:index/volume:Volume")
      .map(({ inputs, protect }) => [inputs["name"], protect]);
  expect(await volumes("")).toEqual(["mongodb_data", "redis_data", "keycloak_db_data"].map((name) => [name, true]));
  expect(await volumes("    protect: false\n")).toEqual(["mongodb_data", "redis_data", "keycloak_db_data"].map((name) => [name, false]));
});

it("a rotated password of MongoDB is another account, and the revision of .env says so", async () => {
  const [before, after] = [await run(), await run("    rotation: {mongodb: november}\n")];
  expect(JSON.stringify(documentOf(after, "flowra-secrets-file-files"))).toMatch(/mongodb:\/\/flowra-november-[0-9a-f]{12}:/);
  const revision = (recording: Recording) =>
    (documentOf(recording, "flowra-api-release-switch")["secrets"] as { revision: string }).revision;
  expect(revision(after)).not.toBe(revision(before));
  const accounts = (name: string) => documentOf(after, name) as { users: { name: string }[]; retire: boolean };
  const NOVEMBER = { name: expect.stringMatching(/^flowra-november-[0-9a-f]{12}$/) as unknown };
  expect(accounts("flowra-databases-mongodb-users-accounts")).toMatchObject({ users: [NOVEMBER], retire: false });
  expect(accounts("flowra-databases-mongodb-retired-accounts")).toMatchObject({ users: [NOVEMBER], retire: true });
});

it("a word taken up again after a failed rotation is another password: another account, another revision, and nothing retired before", async () => {
  const [before, again] = [await run("", undefined, { drawn: "one" }), await run("", undefined, { drawn: "another" })];
  const facts = (recording: Recording) => ({
    user: (documentOf(recording, "flowra-databases-mongodb-users-accounts")["users"] as { name: string }[])[0]?.name,
    revision: (documentOf(recording, "flowra-api-release-switch")["secrets"] as { revision: string }).revision,
  });
  expect(facts(before).user).toMatch(/^flowra-first-[0-9a-f]{12}$/);
  expect(facts(again).user).toMatch(/^flowra-first-[0-9a-f]{12}$/);
  expect(facts(again).user).not.toBe(facts(before).user);
  expect(facts(again).revision).not.toBe(facts(before).revision);
  const order = again.steps.map(({ name }) => name);
  const retired = ["mongodb-retired-accounts", "redis-retired-accounts", "realm-retired-settings"].map((name) =>
    order.indexOf(`flowra-databases-${name}`),
  );
  expect(Math.min(...retired)).toBeGreaterThan(order.indexOf("flowra-worker-release-switch"));
});

it("has volumes of other names where they are told, and whatever is kept in them made there, too", async () => {
  const recording = await run("    volumes: {mongodb: mongodb_data_7, keycloakDatabase: keycloak_db_data_24}\n");
  const mounted = recording.resources
    .filter(({ type }) => type === "docker:index/container:Container")
    .flatMap(({ inputs }) => (inputs["mounts"] as { type: string; source: string }[]).filter(({ type }) => type === "volume"))
    .map(({ source }) => source);
  expect(mounted).toEqual(["mongodb_data_7", "redis_data", "keycloak_db_data_24"]);
  const made = ["mongodb-users-accounts", "keycloak-db-roles", "keycloak-server-version", "realm-settings"];
  expect(made.map((name) => documentOf(recording, `flowra-databases-${name}`)["volume"])).toEqual([
    "mongodb_data_7",
    "keycloak_db_data_24",
    "keycloak_db_data_24",
    "keycloak_db_data_24",
  ]);
});

it("the application has an administrator of its own realm in Keycloak; a rotated password is another account, and the one before goes at the end", async () => {
  const recording = await run(
    "    rotation: {keycloakAccount: november, keycloakClient: november}\n    account: {roles: [manage-users]}\n",
  );
  const told = (name: string) => documentOf(recording, `flowra-databases-${name}-settings`) as { accounts: Record<string, object> };
  const [[name, account] = []] = Object.entries(told("realm").accounts["flowra"] ?? {});
  expect(name).toMatch(/^flowra-november-[0-9a-f]{12}$/);
  expect(account).toEqual({ password: "flowra-databases-keycloakAccount-november-password", roles: ["manage-users"] });
  expect(JSON.stringify(documentOf(recording, "flowra-secrets-file-files"))).toContain(`FLOWRA_KEYCLOAK_ADMIN_USERNAME='${name ?? ""}'`);
  expect(told("realm")).toMatchObject({
    admin: { user: "admin", password: "flowra-databases-keycloakAdministrator-password" },
    retire: false,
  });
  expect(told("realm-retired")).toEqual({ ...told("realm"), owner: expect.any(String) as unknown, retire: true });
});

it("another password of Keycloak's own administrator is nothing to the application", async () => {
  const [before, after] = [await run(), await run("    rotation: {keycloakAdministrator: november}\n")];
  const facts = (recording: Recording) => [
    documentOf(recording, "flowra-secrets-file-files"),
    documentOf(recording, "flowra-api-release-switch"),
    documentOf(recording, "flowra-worker-release-switch"),
  ];
  expect(facts(after)).toEqual(facts(before));
  const password = "flowra-databases-keycloakAdministrator-november-password";
  expect(documentOf(after, "flowra-databases-realm-settings")).toMatchObject({ admin: { password } });
});
