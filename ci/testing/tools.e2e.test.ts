/** Pylint, pytest and ShellCheck themselves, without a network: on small repositories, and on this project's own scripts. */
import execa from "execa";
import { checkout } from "../../cli/checkout";
import { CI, type Ended, Sample } from "./sample";
import { toolsImage } from "./tools-image";

let image: string;
beforeAll(async () => {
  image = await toolsImage({ report: (line) => void process.stderr.write(`${line}\n`) });
}, 600_000);

/** Runs a command in a folder, as a job does. */
async function job(folder: string, command: readonly string[], input = ""): Promise<Ended> {
  const mounts = ["--volume", `${folder}:/src`, "--volume", `${CI}:/ci:ro`, "--workdir", "/src"];
  const trusted = ["GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=/src"].flatMap((one) => ["--env", one]);
  const { exitCode, stdout, stderr } = await execa(
    "docker",
    ["run", "--rm", "--interactive", "--network", "none", ...mounts, ...trusted, image, ...command],
    { reject: false, input },
  );
  return { exitCode, stdout, stderr };
}

describe("test-backend.sh", () => {
  let sample: Sample;
  beforeEach(() => {
    sample = new Sample();
  });
  afterEach(() => {
    sample.remove();
  });

  const GOOD = '"""An application."""\n\n\ndef double(number):\n    """Twice as much."""\n    return 2 * number\n';
  /** Right, and below what Pylint likes: a mark between 5 and 10. */
  const SLOPPY = `${GOOD}\n\ndef triple(number):\n    return 3 * number\n`;
  /** Nothing that Pylint likes. */
  const BAD = "import os, sys\ndef f(a):\n  try: eval(a)\n  except: pass\nX=f( 1 )\n";
  const TEST = '"""Tests."""\nfrom app import double\n\n\ndef test_double():\n    """Twice."""\n    assert double(2) == 4\n';

  const backend = (app: string, test = TEST): Promise<Ended> => {
    sample.commit({ "backend/app.py": app, "backend/test_app.py": test, "backend/requirements.txt": "" });
    return job(sample.folder, ["sh", "/ci/scripts/test-backend.sh"]);
  };

  it("passes with Pylint's 10 and green tests", async () => {
    const { exitCode, stdout } = await backend(GOOD);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/rated at 10\.00\/10[^]*1 passed/)]);
  });

  it("passes with less, as long as it is 5", async () => {
    const { exitCode, stdout } = await backend(SLOPPY);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/C0116: Missing function[^]*rated at [5-9]\.\d\d\/10[^]*1 passed/)]);
  });

  it("fails with less than 5, before the tests", async () => {
    const { exitCode, stdout } = await backend(BAD, '"""Tests."""\n');
    expect([exitCode === 0, stdout]).toEqual([false, expect.stringMatching(/rated at [0-4]\.\d\d\/10/)]);
    expect(stdout).not.toContain("no tests ran");
  });

  it("fails with a red test, and without any", async () => {
    const red = await backend(GOOD, TEST.replace("== 4", "== 5"));
    expect([red.exitCode, red.stdout]).toEqual([1, expect.stringContaining("1 failed")]);
    const none = await backend(GOOD, '"""Tests."""\n');
    expect([none.exitCode, none.stdout]).toEqual([5, expect.stringContaining("no tests ran")]);
  });
});

describe("ShellCheck", () => {
  it("has nothing against this project's scripts", async () => {
    // The guide's own scripts are as the guide has them.
    const others = [":!rehearsal/apps/coreflow/hand-built", ":!.ci", ":!*.ts"];
    const named = execa.sync("git", ["ls-files", "*.sh", ...others], { cwd: checkout }).stdout;
    const begun = execa.sync("git", ["grep", "-lE", "^#!.*sh$", "--", ...others], { cwd: checkout }).stdout;
    const scripts = [...new Set(`${named}\n${begun}`.split("\n"))].filter((name) => !name.endsWith(".py"));
    expect(scripts).toEqual(expect.arrayContaining(["ci/fleet/login.sh", "ci/scripts/release.sh", "rehearsal/apps/flowstack/app/start"]));
    const { exitCode, stdout } = await job(checkout, ["shellcheck", "--external-sources", ...scripts]);
    expect([exitCode, stdout]).toEqual([0, ""]);
  });

  it("finds what is wrong with another", async () => {
    const { exitCode, stdout } = await job(checkout, ["shellcheck", "-"], "#!/bin/sh\nrm -r $1/lib\n");
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("SC2086")]);
  });
});
