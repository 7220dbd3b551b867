// Four projects: `unit` is done in about a minute; `integration` plans whole stacks and starts what runs on this machine: the command line, the
// helper's own tests in Python, git, sshd, the forges' linters; `recordings` plays what the official engine did on the offline engine; `e2e`
// brings throwaway servers up with Docker. The first two need a few common programs, which they install where they may.
// `--selectProjects unit some/path` takes the path for the name of another project, and runs every test without a word.
const misplaced = process.argv
  .slice(process.argv.indexOf("--selectProjects") + 1)
  .find((word, index, words) => words.slice(0, index + 1).every((one) => !one.startsWith("-")) && word.includes("/"));
if (process.argv.includes("--selectProjects") && misplaced) throw new Error(`Put the path first: npx jest ${misplaced} --selectProjects …`);

// Tests compare texts whole. `CI`, which pipelines set, and `FORCE_COLOR` would colour them.
process.env["NO_COLOR"] = "1";
delete process.env["FORCE_COLOR"];

const shared = {
  testEnvironment: "node",
  transform: {
    "^.+\\.[mc]?[jt]s$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } }],
  },
  modulePathIgnorePatterns: ["<rootDir>/.flowfleet"],
};

const withoutServers = {
  ...shared,
  globalSetup: "<rootDir>/rehearsal/machines/test-tools.ts",
  testEnvironment: "<rootDir>/rehearsal/engine/testing/environment.cjs",
  // What Pulumi's SDK requires of itself.
  moduleNameMapper: {
    "^(\\./automation|@npmcli/arborist|\\.\\./\\.\\./typescript-shim)$": "<rootDir>/rehearsal/engine/testing/sdk/untouched.cjs",
    "^\\./debuggable$": "<rootDir>/rehearsal/engine/testing/sdk/debuggable.cjs",
  },
};

module.exports = {
  watchman: false,
  // Jest by itself leaves a processor idle, which is half of a small machine.
  maxWorkers: "100%",
  // Milliseconds. Of what derives keys or starts processes, on a machine that does something else beside.
  testTimeout: 30_000,
  projects: [
    {
      ...withoutServers,
      displayName: "unit",
      testMatch: ["<rootDir>/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "/.flowfleet/", "\\.(?:integration|e2e)\\.test\\.ts$", "/recordings\\.test\\.ts$"],
    },
    { ...withoutServers, displayName: "integration", testMatch: ["<rootDir>/**/*.integration.test.ts"] },
    { ...shared, displayName: "recordings", testMatch: ["<rootDir>/rehearsal/engine/recordings.test.ts"] },
    {
      ...shared,
      displayName: "e2e",
      globalSetup: "<rootDir>/rehearsal/e2e/setup.ts",
      globalTeardown: "<rootDir>/rehearsal/e2e/teardown.ts",
      testMatch: ["<rootDir>/**/*.e2e.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "/.flowfleet/"],
    },
  ],
};
