import { Host } from "../host/host";
import { judged } from "../host/judged";
import { record } from "../host/recording";
import { Workspace } from "./workspace";
import type { WorkspaceArgs } from "./workspace";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const COMMIT = "1a2b3c4d".repeat(5);
const REPOSITORY = "git@git.example.com:flat/40227-vm.git";

const made = (more: Partial<WorkspaceArgs> = {}) =>
  record(
    () =>
      new Workspace("work", {
        host: new Host("main", { address: "203.0.113.10", hostKey: KEY }),
        directory: "/home/agent/executor/workspace",
        repository: REPOSITORY,
        ref: "main",
        user: "agent",
        ...more,
      }),
  );

it("is one call of the helper, which is told what is configured and nothing of what stands there", async () => {
  const { steps, outputs } = await made({ install: ["backend", "frontend"], build: [["npm", "run", "build"]], commit: COMMIT });
  expect(steps.map(({ name, noun, removable, secrets }) => [name, noun, removable, secrets])).toEqual([
    ["work-pull", "workspace", true, ["connection"]],
  ]);
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:Workspace::work",
    directory: "/home/agent/executor/workspace",
    repository: REPOSITORY,
    ref: "main",
    commit: COMMIT,
    user: "agent",
    login: { key: "/etc/flowfleet/git/git.example.com.key", knownHosts: "/etc/flowfleet/git/known_hosts" },
    install: ["backend", "frontend"],
    build: [["npm", "run", "build"]],
    timeout: 1200,
  });
  expect(outputs["work"]).toEqual({ revision: `${REPOSITORY}@${COMMIT}` });
  expect(judged(steps)).toEqual([]);
});

it("without a commit takes what is at the ref, and installs nothing by itself", async () => {
  const { steps, outputs } = await made();
  expect(steps[0]?.document).toMatchObject({ commit: null, install: [], build: [] });
  expect(outputs["work"]).toEqual({ revision: `${REPOSITORY}@main` });
  expect(judged(steps)).toEqual([]);
});

it("is refused with everything that is wrong at once", async () => {
  await expect(
    made({
      directory: "work",
      repository: "https://user:s3cret@git.example.com/x",
      ref: "-x",
      commit: "HEAD",
      user: "root",
      install: ["../frontend"],
      build: [[""]],
      timeout: "soon" as "1 second",
    }),
  ).rejects.toThrow(
    [
      'work/directory: must be an absolute path of plain characters such as "/srv/shop"; got "work"',
      'work/repository: must be the address of a git repository without a password; allowed: such as "https://git.example.com/shop.git", "git@git.example.com:shop.git"',
      'work/ref: must be the name of a branch or tag; got "-x"',
      'work/commit: must be the whole name of a commit; got "HEAD"; allowed: 40 hexadecimal digits, as git rev-parse prints',
      'work/user: must be the name of an account other than root; got "root"; allowed: such as "flowra"',
      'work/install[0]: must be a path within the archive such as "bin/api"; got "../frontend"',
      'work/build[0]: must be a program and its arguments; got [""]',
      'work/timeout: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "soon"',
    ].join("\n"),
  );
});
