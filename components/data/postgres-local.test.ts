import * as pulumi from "@pulumi/pulumi";
import { judged } from "../host/judged";
import { record } from "../host/recording";
import { exampleHost } from "./example-place";
import { PostgresLocal } from "./postgres-local";
import type { PostgresLocalArgs } from "./postgres-local";

const made = (more: Partial<PostgresLocalArgs> = {}) =>
  record(() => {
    const host = exampleHost();
    return new PostgresLocal("database", {
      host,
      role: "app_40227",
      database: "app_40227",
      password: pulumi.secret("canary-word"),
      ...more,
    });
  });

it("installs the distribution's server and makes role and database, which stay when it goes", async () => {
  const { steps } = await made();
  expect(steps.map(({ noun, name }) => `${noun} ${name}`)).toEqual([
    "packages database-server-apt",
    "files database-password-files",
    "postgres-local database-role",
  ]);
  expect(steps[0]?.document).toMatchObject({ install: ["postgresql"] });
  expect(steps[2]).toMatchObject({ removable: true, secrets: ["connection"] });
  expect(steps[2]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:data:PostgresLocal::database",
    role: "app_40227",
    database: "app_40227",
    passwordFile: "/etc/flowfleet/postgres/app_40227.password",
    revision: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
  });
  expect(judged(steps)).toEqual([]);
});

it("has the password in one file that only root reads, and a plan sees that it is another one", async () => {
  const [first, other] = [await made(), await made({ password: "other-word" })];
  expect(first.steps[1]).toMatchObject({ secrets: ["connection", "stdin"] });
  expect(first.steps[1]?.document["files"]).toEqual({
    "/etc/flowfleet/postgres/app_40227.password": { mode: "0600", user: "root", group: "root", text: ["canary-word"] },
  });
  const shown = first.resources.map(({ inputs, secrets }) => Object.entries(inputs).filter(([key]) => !secrets.includes(key)));
  expect(JSON.stringify(shown)).not.toContain("canary-word");
  expect(other.steps[2]?.document["revision"]).not.toBe(first.steps[2]?.document["revision"]);
});

it("refuses names that are PostgreSQL's own, or none, all at once", async () => {
  await expect(made({ role: "postgres", database: "App-1" })).rejects.toThrow(
    /database\/role: must be lower-case letters.*"postgres".*\ndatabase\/database: must be lower-case letters.*"App-1"/,
  );
});
