/** What changed, and the checks of an application's pipeline, on small repositories; each one's failing side, too. */
import { symlinkSync } from "node:fs";
import * as path from "node:path";
import { checkout } from "../../cli/checkout";
import { Sample } from "../testing/sample";

let sample: Sample;
let base: string;
beforeEach(() => {
  sample = new Sample();
  base = sample.commit({ "backend/app.py": "x = 1\n", "frontend/package.json": "{}\n", "README.md": "hello\n" });
});
afterEach(() => {
  sample.remove();
});

describe("detect-changes.sh", () => {
  const changed = (backend: boolean, frontend: boolean) => `BACKEND_CHANGED=${backend}\nFRONTEND_CHANGED=${frontend}`;

  it.each([
    ["the backend", { "backend/app.py": "x = 2\n" }, changed(true, false)],
    ["the frontend", { "frontend/src/a b.ts": "" }, changed(false, true)],
    ["both", { "backend/app.py": "", "frontend/x": "" }, changed(true, true)],
    ["a file of neither, which may change both", { "docker-compose.staging.yml": "" }, changed(true, true)],
    ["a name that only begins like one", { "backend-old/x": "" }, changed(true, true)],
    ["text for people", { "README.md": "", "docs/a.txt": "" }, changed(false, false)],
    ["text that may be in an image", { "backend/prompts/greeting.md": "" }, changed(true, false)],
    ["text in a folder of neither", { "shared/terms.md": "" }, changed(true, true)],
    ["nothing", {}, changed(false, false)],
  ])("sees %s", async (_, files, expected) => {
    sample.commit(files);
    expect(await sample.run("scripts/detect-changes.sh", [base])).toEqual({ exitCode: 0, stdout: expected, stderr: "" });
  });

  it("sees what several commits changed, and what was deleted", async () => {
    sample.git(["rm", "--quiet", "backend/app.py"]);
    sample.commit({});
    sample.commit({ "README.md": "more\n" });
    expect((await sample.run("scripts/detect-changes.sh", [base])).stdout).toBe(changed(true, false));
  });

  it("what moved out of a part is gone there", async () => {
    sample.write({ "docs/.keep": "" });
    sample.git(["mv", "backend/app.py", "docs/app.py"]);
    sample.commit({});
    expect((await sample.run("scripts/detect-changes.sh", [base])).stdout).toBe(changed(true, false));
  });

  it.each(["", "0".repeat(40), "9".repeat(40)])(
    "without a commit to compare with (%j) everything changed, and it passes",
    async (unknown) => {
      const { exitCode, stdout } = await sample.run("scripts/detect-changes.sh", [unknown]);
      expect([exitCode, stdout]).toEqual([0, changed(true, true)]);
    },
  );
});

describe("test-backend.sh", () => {
  /** Python with a Pylint that gives a mark, and a pytest that passes or not. */
  const python = (mark: string, pytest: number): void => {
    sample.standIn(
      "python3",
      `case "$2" in
pylint) for option; do case $option in --fail-under=*) exec awk -v a=${mark} -v b="\${option#*=}" 'BEGIN { exit a + 0 < b + 0 ? 16 : 0 }' ;; esac; done; exit 2 ;;
pytest) exit ${pytest} ;;
esac`,
    );
  };
  const backend = () => sample.run("scripts/test-backend.sh");

  it("passes with 5.0 and green tests, and asks about the repository's files only", async () => {
    python("5.0", 0);
    sample.commit({ "backend/a b.py": "" });
    sample.write({ "backend/generated.py": "" });
    expect((await backend()).exitCode).toBe(0);
    expect(sample.calls()).toEqual([
      "python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore -r requirements.txt pylint pytest",
      "python3 -m pylint --fail-under=5.0 a b.py app.py",
      "python3 -m pytest",
    ]);
  });

  it("fails with 4.99, and does not go on to the tests", async () => {
    python("4.99", 0);
    expect((await backend()).exitCode).not.toBe(0);
    expect(sample.calls().at(-1)).toContain("pylint --fail-under");
  });

  it("fails with red tests, and without any (pytest's 5)", async () => {
    for (const status of [1, 5]) {
      python("10", status);
      expect((await backend()).exitCode).toBe(status);
    }
  });
});

describe("test-frontend.sh", () => {
  const MB = 1024 * 1024;
  const tools = (bytes: number, failing = "none"): void => {
    for (const tool of ["npm", "npx"])
      sample.standIn(
        tool,
        `case "${tool} $*" in "${failing}") exit 2 ;; "npm run build") mkdir -p dist && head -c ${bytes} /dev/zero >dist/app.js && head -c 100 /dev/zero >dist/app.js.map ;; esac`,
      );
  };
  const frontend = () => sample.run("scripts/test-frontend.sh");

  it("passes one byte below 10 MB, without source maps", async () => {
    tools(10 * MB - 1);
    expect(await frontend()).toMatchObject({ exitCode: 0, stdout: "bundle: 10485759 bytes of 10485760" });
    expect(sample.calls()).toEqual(["npm ci", "npx --no-install tsc --noEmit", "npm run build"]);
  });

  it("fails at 10 MB, and names the largest files", async () => {
    tools(10 * MB);
    const { exitCode, stderr } = await frontend();
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringMatching(/^The bundle must be below 10 MB\. The largest files:\n *10485760 dist\/app\.js$/),
    ]);
  });

  it("fails with an empty bundle, wrong types, a build that fails", async () => {
    tools(0);
    expect((await frontend()).stderr).toContain("dist is empty: BUNDLE_DIR must be the folder that npm run build writes");
    for (const failing of ["npx --no-install tsc --noEmit", "npm run build", "npm ci"]) {
      tools(1, failing);
      expect([failing, (await frontend()).exitCode]).toEqual([failing, 2]);
    }
  });
});

describe("test-frontend.sh with npm and TypeScript themselves", () => {
  /** A frontend that has TypeScript from a folder beside it: no registry is asked. */
  const frontend = (source: string, megabytes: number) => {
    symlinkSync(path.join(checkout, "node_modules/typescript"), path.join(sample.folder, "typescript"));
    const build = `mkdir dist && head -c ${megabytes}M /dev/zero >dist/app.js && printf x >>dist/app.js`;
    const manifest = { name: "sample", devDependencies: { typescript: "file:../typescript" } };
    const packages = {
      "": manifest,
      "../typescript": { dev: true, bin: { tsc: "bin/tsc" } },
      "node_modules/typescript": { resolved: "../typescript", link: true },
    };
    sample.write({
      "frontend/package.json": JSON.stringify({ ...manifest, scripts: { build } }),
      "frontend/package-lock.json": JSON.stringify({ name: "sample", lockfileVersion: 3, requires: true, packages }),
      "frontend/tsconfig.json": JSON.stringify({ compilerOptions: { strict: true, types: [] }, files: ["app.ts"] }),
      "frontend/app.ts": source,
    });
    return sample.run("scripts/test-frontend.sh", [], { npm_config_offline: "true", npm_config_audit: "false" });
  };
  // On a machine that does something else beside, TypeScript takes its time.
  const PATIENCE = 120_000;

  it(
    "passes, and fails with a bundle of more than 10 MB",
    async () => {
      const small = await frontend("export const port: number = 3000;\n", 9);
      expect([small.exitCode, small.stdout]).toEqual([0, expect.stringMatching(/bundle: 9437185 bytes of 10485760$/)]);
      const build = { "frontend/package.json": sample.read("frontend/package.json").replace("9M", "10M").replace("mkdir", "mkdir -p") };
      sample.write(build);
      const large = await sample.run("scripts/test-frontend.sh", [], { npm_config_offline: "true", npm_config_audit: "false" });
      expect([large.exitCode, large.stderr]).toEqual([1, expect.stringMatching(/must be below 10 MB[^]*\n *10485761 dist\/app\.js$/)]);
    },
    PATIENCE,
  );

  it(
    "fails with a wrong type, before it builds",
    async () => {
      const { exitCode, stdout } = await frontend('export const port: number = "3000";\n', 1);
      expect([exitCode, stdout]).toEqual([2, expect.stringContaining("app.ts(1,14): error TS2322: Type 'string' is not assignable")]);
      expect(sample.has("frontend/dist")).toBe(false);
    },
    PATIENCE,
  );

  it(
    "fails without a lock file",
    async () => {
      expect(await sample.run("scripts/test-frontend.sh")).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("npm ci") as string,
      });
    },
    PATIENCE,
  );
});

describe("security", () => {
  it("security-secrets.sh looks at what is new, and fails with what the scanner finds", async () => {
    sample.standIn("trufflehog", "exit 183");
    expect((await sample.run("scripts/security-secrets.sh", [base])).exitCode).toBe(183);
    sample.standIn("trufflehog");
    expect((await sample.run("scripts/security-secrets.sh", [base])).exitCode).toBe(0);
    const all = `trufflehog git file://${sample.folder} --results=verified --fail --no-update`;
    expect(sample.calls()).toEqual([`${all} --since-commit ${base}`, `${all} --since-commit ${base}`]);
  });

  it.each(["", "9".repeat(40)])("without a commit to begin at (%j) it looks at all", async (unknown) => {
    sample.standIn("trufflehog");
    await sample.run("scripts/security-secrets.sh", [unknown]);
    expect(sample.calls()[0]).not.toContain("--since-commit");
  });

  it("security-trivy.sh fails with what is high or critical; its job may", async () => {
    sample.standIn("trivy", "exit 1");
    expect((await sample.run("scripts/security-trivy.sh")).exitCode).toBe(1);
    expect(sample.calls()).toEqual(["trivy fs --scanners vuln --severity HIGH,CRITICAL --exit-code 1 --no-progress ."]);
  });
});
