import { Host } from "../host/host";
import { judged } from "../host/judged";
import { record } from "../host/recording";
import { StaticSite } from "./static-site";
import type { StaticSiteArgs } from "./static-site";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const COMMIT = "1a2b3c4d".repeat(5);
const REPOSITORY = "https://git.example.com/coreflow/astro.git";
const ASTRO = {
  project: "coreflow",
  service: "astro",
  release: { repository: REPOSITORY, ref: "main", commit: COMMIT, builtAt: "2026-11-20T10:00:00Z", rollback: true },
  source: { directory: "/opt/coreflow/apps/coreflow-astro", user: "coreflow" },
  link: "/opt/coreflow/apps/coreflow-astro/dist",
} as const;

const made = async (more: Partial<StaticSiteArgs> = {}) => {
  let site: StaticSite | undefined;
  const recording = await record(() => {
    site = new StaticSite("astro", { host: new Host("main", { address: "203.0.113.10", hostKey: KEY }), ...ASTRO, ...more });
  });
  return { ...recording, site };
};

it("is one call of the helper that can be taken back", async () => {
  const { steps, outputs, site } = await made({ immutable: "_astro" });
  expect(steps.map(({ name, noun, removable, secrets }) => [name, noun, removable, secrets])).toEqual([
    ["astro-switch", "static", true, ["connection"]],
  ]);
  expect(steps[0]?.document).toEqual({
    owner: "urn:pulumi:test::flowfleet::flowfleet:service:StaticSite::astro",
    service: "coreflow-astro",
    release: { repository: REPOSITORY, ref: "main", commit: COMMIT, builtAt: "2026-11-20T10:00:00Z", rollback: true },
    source: {
      directory: "/opt/coreflow/apps/coreflow-astro",
      commands: [
        ["npm", "ci"],
        ["npm", "run", "build"],
      ],
      user: "coreflow",
      login: null,
      submodules: false,
      environment: {},
      limits: { memory: 2048, cpus: 2, pids: 512 },
      timeout: 900,
    },
    from: "dist",
    link: "/opt/coreflow/apps/coreflow-astro/dist",
    immutable: "_astro",
    assets: { to: "/var/lib/flowfleet/assets/coreflow-astro", keep: 5 },
    health: { file: "index.html" },
    pullTimeout: 600,
    keep: 5,
  });
  expect(site).toMatchObject({
    root: "/opt/coreflow/apps/coreflow-astro/dist",
    assets: { path: "/_astro/", root: "/var/lib/flowfleet/assets/coreflow-astro" },
  });
  expect(outputs["astro"]).toEqual({
    release: `${REPOSITORY}@${COMMIT}`,
    interruption: "not interrupted (down for 0 s): the new files take the place of the old in one step",
  });
  expect(judged(steps)).toEqual([]);
});

it("may come as an archive that is built already, without files that never change", async () => {
  const release = { archive: "https://releases.example.com/astro.tar.gz", sha256: "0".repeat(64), builtAt: "2026-11-20T10:00:00Z" };
  const { steps, outputs, site } = await made({
    release,
    source: { ...ASTRO.source, commands: [] },
    from: "site/public",
    file: "en/index.html",
  });
  expect(steps[0]?.document).toMatchObject({
    release: { ...release, rollback: false },
    source: { commands: [] },
    from: "site/public",
    immutable: null,
    assets: null,
    health: { file: "en/index.html" },
  });
  expect(site?.assets).toBeNull();
  expect(outputs["astro"]).toMatchObject({ release: `https://releases.example.com/astro.tar.gz@sha256:${"0".repeat(64)}` });
  expect(judged(steps)).toEqual([]);
});

it("is refused with everything that is wrong at once, and twice in one folder", async () => {
  await expect(
    made({
      release: { archive: "http://a", sha256: "1", builtAt: "now" },
      from: "/dist",
      link: "dist",
      immutable: "..",
      file: "",
      pullTimeout: "soon" as "1 second",
      keep: 0,
    }),
  ).rejects.toThrow(
    [
      'astro/release/archive: must be an https address without a password; allowed: such as "https://releases.example.com/x.tar.gz"',
      'astro/release/sha256: must be 64 hexadecimal digits; got "1"',
      'astro/release/builtAt: must be a time such as "2026-11-20T10:00:00Z"; got "now"',
      'astro/from: must be a path within the archive such as "bin/api"; got "/dist"',
      'astro/link: must be an absolute path of plain characters such as "/srv/shop"; got "dist"',
      'astro/immutable: must be a path within the archive such as "bin/api"; got ".."',
      'astro/file: must be a path within the archive such as "bin/api"; got ""',
      'astro/pullTimeout: must be a whole number of seconds, minutes, hours or days such as "5 minutes", got "soon"',
      "astro/keep: must be at least 1; got 0",
    ].join("\n"),
  );
  await expect(
    record(() => {
      const host = new Host("main", { address: "203.0.113.10", hostKey: KEY });
      new StaticSite("one", { host, ...ASTRO });
      new StaticSite("two", { host, ...ASTRO, service: "other" });
    }),
  ).rejects.toThrow(
    'two/source/directory: folder /opt/coreflow/apps/coreflow-astro on host "main" is already used by "one"; choose another',
  );
});
