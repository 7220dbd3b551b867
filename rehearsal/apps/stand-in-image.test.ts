import { builderRecipe } from "./bases";
import { standInRecipe } from "./stand-in-image";

const files = { "Dockerfile.production": Buffer.from("FROM x\n"), "app/main.py": Buffer.from("pass\n") };

test("a stand-in is the guide's Dockerfile with bases, version and behaviour as build arguments", () => {
  const standIn = { system: "flowmaster", service: "backend", version: "v2", startup: 200 } as const;
  expect(standInRecipe(standIn, files, { PYTHON_IMAGE: "python:3.11-slim" })).toEqual({
    name: "flowmaster-backend",
    variant: "v2",
    dockerfile: "FROM x\n",
    files: { "app/main.py": Buffer.from("pass\n") },
    buildArgs: { PYTHON_IMAGE: "python:3.11-slim", VERSION: "v2", STARTUP: "200" },
  });
});

test("a version that is no image tag is refused", () => {
  expect(() => standInRecipe({ system: "flowmaster", service: "frontend", version: "a b" }, files, {})).toThrow(
    'version "a b" of flowmaster frontend: use letters, digits, ".", "_", "-"',
  );
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
