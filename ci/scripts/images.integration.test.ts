/** Building by digest, one image for all platforms, and the images together. */
import { Sample } from "../testing/sample";

const [AMD, ARM, LIST] = ["a", "b", "c"].map((letter) => `sha256:${letter.repeat(64)}`) as [string, string, string];
const IMAGE = "docker.io/leadevs/fastflow";
let sample: Sample;
beforeEach(() => {
  sample = new Sample();
});
afterEach(() => {
  sample.remove();
});

describe("build.sh", () => {
  /** As `docker buildx build --metadata-file` writes it. */
  const docker = (digest: string, status = 0): void => {
    sample.standIn(
      "docker",
      `while [ $# -gt 0 ]; do [ "$1" = --metadata-file ] && file=$2; shift; done
printf '{\\n  "buildx.build.ref": "x",\\n  "containerimage.digest": "%s",\\n  "image.name": "y"\\n}\\n' "${digest}" >"$file"; exit ${status}`,
    );
  };
  const build = (...platform: string[]) => sample.run("scripts/build.sh", ["app", IMAGE, ".", "Dockerfile", ...platform]);

  it("pushes each platform under its digest, and notes that", async () => {
    docker(AMD);
    expect((await build()).stdout).toBe(`app for linux/amd64: ${IMAGE}@${AMD}`);
    docker(ARM);
    expect((await build("linux/arm64")).exitCode).toBe(0);
    expect([sample.read("digests/app/linux-amd64"), sample.read("digests/app/linux-arm64")]).toEqual([`${AMD}\n`, `${ARM}\n`]);
    expect(sample.calls()[1]).toMatch(
      /^docker buildx build --platform linux\/arm64 --file Dockerfile --metadata-file \S+ --output type=image,name=docker\.io\/leadevs\/fastflow,push-by-digest=true,name-canonical=true,push=true \.$/,
    );
  });

  it("a build that fails, or gives no digest, notes nothing", async () => {
    docker(AMD, 1);
    expect((await build()).exitCode).toBe(1);
    docker("");
    expect(await build()).toMatchObject({ exitCode: 1, stderr: "docker buildx wrote no digest of app for linux/amd64" });
    expect(sample.has("digests/app/linux-amd64")).toBe(false);
  });
});

describe("publish.sh", () => {
  const docker = (answer: string): void => {
    sample.standIn("docker", `case "$3" in inspect) printf '%s\\n' '${answer}' ;; esac`);
  };
  const publish = () => sample.run("scripts/publish.sh", ["app", IMAGE, "0123abc"]);
  const manifest = (digest: string): string =>
    JSON.stringify({ schemaVersion: 2, digest, size: 1, manifests: [{ digest: AMD }, { digest: ARM }] });

  it("makes one image of all platforms, and notes it as a release file has it", async () => {
    sample.write({ "digests/app/linux-amd64": `${AMD}\n`, "digests/app/linux-arm64": `${ARM}\n` });
    docker(manifest(LIST));
    expect((await publish()).exitCode).toBe(0);
    expect(sample.calls()[0]).toBe(`docker buildx imagetools create --tag ${IMAGE}:0123abc ${IMAGE}@${AMD} ${IMAGE}@${ARM}`);
    expect(sample.read("released/app")).toMatch(new RegExp(`^${IMAGE} ${LIST} \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\\n$`));
  });

  it("fails where nothing was built, and where the registry knows no digest", async () => {
    docker(manifest(LIST));
    expect(await publish()).toMatchObject({ exitCode: 1, stderr: "digests/app: nothing was built" });
    sample.write({ "digests/app/linux-amd64": `${AMD}\n` });
    docker("{}");
    expect(await publish()).toMatchObject({ exitCode: 1, stderr: `${IMAGE}:0123abc has no digest` });
    expect(sample.has("released/app")).toBe(false);
  });
});

describe("integration-tests.sh", () => {
  const docker = (health: string, up = 0): void => {
    sample.standIn(
      "docker",
      `case "$*" in *" up "*) exit ${up} ;; *" ps --quiet "*) for last; do :; done; echo "id-$last" ;; inspect*backend) echo healthy ;; inspect*) echo ${health} ;; *" logs "*) echo "frontend | no route" ;; esac`,
    );
  };
  const test = () => sample.run("scripts/integration-tests.sh", ["compose.yml", "backend", "frontend"], { CI_JOB_ID: "7" });
  const of = "docker compose --project-name integration-7 --file compose.yml";

  it("passes when each service is healthy, and leaves nothing", async () => {
    docker("healthy");
    expect(await test()).toMatchObject({ exitCode: 0, stdout: "backend: healthy\nfrontend: healthy" });
    expect([sample.calls()[0], sample.calls().at(-1)]).toEqual([
      `${of} up --detach --wait --wait-timeout 300`,
      `${of} down --volumes --remove-orphans --timeout 5`,
    ]);
  });

  it.each([
    ["is unhealthy", "unhealthy", 0],
    ["has no health check", "none", 0],
    ["does not start", "healthy", 1],
  ])("fails when one %s, with its log, and leaves nothing", async (_, health, up) => {
    docker(health, up);
    const { exitCode, stdout } = await test();
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("frontend | no route")]);
    expect(sample.calls().at(-1)).toContain(" down --volumes");
  });
});

describe("image.sh and name-latest.sh", () => {
  it("what was published goes by its digest, and by `latest` for people", async () => {
    sample.write({ "released/app": `${IMAGE} ${LIST} 2026-11-21T22:00:00Z\n` });
    expect((await sample.run("scripts/image.sh", ["dev", "flowstack", "app"])).stdout).toBe(`${IMAGE}@${LIST}`);
    sample.standIn("docker");
    await sample.run("scripts/name-latest.sh", ["app"]);
    expect(sample.calls()).toEqual([`docker buildx imagetools create --tag ${IMAGE}:latest ${IMAGE}@${LIST}`]);
  });

  it("what was not goes by what is released; what is neither is refused", async () => {
    const fleet = sample.repository("fleet");
    const other = "other:\n  app:\n    image: x\n    digest: y\n";
    sample.commit({ "releases/dev.yaml": `${other}flowstack:\n  app:\n    image: ${IMAGE}\n    digest: ${ARM}\n` }, "First", fleet);
    const image = (service: string) =>
      sample.run("scripts/image.sh", ["dev", "flowstack", service], { FLEET_URL: fleet, FLEET_TOKEN: "x" });
    expect(await image("app")).toEqual({ exitCode: 0, stdout: `${IMAGE}@${ARM}`, stderr: "" });
    expect(await image("postgres")).toMatchObject({ exitCode: 1, stderr: "flowstack.postgres is not in releases/dev.yaml" });
  });
});

it.each(["install --frozen-lockfile", "run build", "run --if-present test"])(
  "test-workspace.sh ends at `pnpm %s`, when that fails",
  async (failing) => {
    sample.standIn("pnpm", `[ "$*" != "${failing}" ]`);
    expect((await sample.run("scripts/test-workspace.sh")).exitCode).toBe(1);
    expect(sample.calls().at(-1)).toBe(`pnpm ${failing}`);
  },
);
