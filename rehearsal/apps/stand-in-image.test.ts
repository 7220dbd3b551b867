import { builderRecipe } from "./bases";
import { labelled } from "./data-image";
import { serviceRecipe } from "./flowra-image";
import { archiveRecipe } from "./stand-in-archive";
import { standInImage, standInRecipe } from "./stand-in-image";

const files = { "app/main.py": Buffer.from("pass\n") };

test("a stand-in is the guide's Dockerfile with bases, version and behaviour as build arguments", () => {
  const standIn = { system: "flowmaster", service: "backend", version: "v2", startup: 200 } as const;
  expect(standInRecipe(standIn, "FROM x\n", files, { PYTHON_IMAGE: "python:3.11-slim" })).toEqual({
    name: "flowmaster-backend",
    variant: "v2",
    dockerfile: "FROM x\n",
    files: { "app/main.py": Buffer.from("pass\n") },
    buildArgs: { PYTHON_IMAGE: "python:3.11-slim", VERSION: "v2", STARTUP: "200" },
  });
});

test("a version that is no image tag is refused", async () => {
  await expect(standInImage({ system: "flowmaster", service: "frontend", version: "a b" })).rejects.toThrow(
    'version "a b" of flowmaster frontend: use letters, digits, ".", "_", "-"',
  );
});

test("a version of a database is the same program under another label", () => {
  expect(labelled({ system: "coreflow", service: "redis", version: "7.0.15" }, "redis:7-alpine")).toEqual({
    name: "coreflow-redis",
    variant: "7.0.15",
    dockerfile: "FROM redis:7-alpine\nLABEL org.opencontainers.image.version=7.0.15\n",
  });
});

test("a version of Flowra is the same program beside another file; the API alone has a port and a health check", () => {
  const recipe = (service: "api" | "migrator") =>
    serviceRecipe({ system: "flowra", service, version: "v2", startup: 20 }, "flowfleet/flowra-base:x", "flowfleet/flowra-programs:y");
  expect(recipe("api")).toEqual({
    name: "flowra-api",
    variant: "v2",
    dockerfile: `FROM flowfleet/flowra-programs:y AS programs
FROM flowfleet/flowra-base:x
COPY --from=programs /application/bin/api /opt/flowra/bin/
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --retries=3 --start-period=30s CMD curl -f http://localhost:8080/health || exit 1
ENTRYPOINT ["/opt/flowra/bin/api"]
COPY release.json /opt/flowra/
`,
    files: { "release.json": '{"version":"v2","startup":"20"}\n' },
  });
  expect(recipe("migrator").dockerfile).toMatch(/USER 10001:10001\nENTRYPOINT \["\/opt\/flowra\/bin\/migrator"\]\nCMD \["up"\]\nCOPY/);
});

test("an archive holds the programs and what the version is", () => {
  const { dockerfile, files } = archiveRecipe({ system: "flowra", version: "v2", startup: "bad-migration" }, "x", "y");
  expect(files).toEqual({ "release.json": '{"version":"v2","startup":"bad-migration"}\n' });
  expect(dockerfile).toContain("--sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner");
});

test("a build stage gets this machine's settings, and its authorities where it has some", () => {
  expect(builderRecipe("node:20-alpine", "node:20-alpine", { "files/root/.npmrc": "x" }, false)).toEqual({
    name: "builder",
    variant: "node-20-alpine",
    dockerfile: "FROM node:20-alpine\nCOPY files/ /\n",
    files: { "files/root/.npmrc": "x" },
  });
  expect(builderRecipe("python:3.11-slim", "x", {}, true).dockerfile).toBe(`FROM x
COPY files/ /
RUN cat /usr/local/share/ca-certificates/*.crt >> /etc/ssl/certs/ca-certificates.crt
ENV PIP_CERT=/etc/ssl/certs/ca-certificates.crt NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
`);
});
