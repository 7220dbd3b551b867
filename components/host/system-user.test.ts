import { Host } from "./host";
import { record } from "./recording";
import { SystemUser } from "./system-user";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const made = (user: string, home: string) =>
  record(() => new SystemUser("account", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY }), user, home }));

it("is one removable call of the helper", async () => {
  const { steps } = await made("flowra", "/opt/flowra");
  expect(steps).toHaveLength(1);
  expect(steps[0]).toMatchObject({ name: "account-account", noun: "user", removable: true });
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:host:SystemUser::account",
    user: "flowra",
    home: "/opt/flowra",
  });
});

it("is no root", async () => {
  await expect(made("root", "opt")).rejects.toThrow(
    [
      'account/user: must be the name of an account other than root; got "root"; allowed: such as "flowra"',
      'account/home: must be an absolute path of plain characters such as "/srv/shop"; got "opt"',
    ].join("\n"),
  );
});
