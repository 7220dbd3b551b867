import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dockerPackages, dockerText } from "./docker";

it("the daemon's settings", () => {
  expect(
    dockerText()
      .map((line) => `${line}\n`)
      .join(""),
  ).toBe(readFileSync(join(__dirname, "../golden/daemon.json"), "utf8"));
});

it("comes from the vendor's signed repository for the distribution", () => {
  const install = ["docker-ce", "docker-ce-cli", "containerd.io", "docker-buildx-plugin", "docker-compose-plugin"];
  expect(dockerPackages("debian-12", "vendor")).toEqual({
    install,
    repositories: {
      docker: {
        uri: "https://download.docker.com/linux/debian",
        suite: "bookworm",
        components: ["stable"],
        keyUrl: "https://download.docker.com/linux/debian/gpg",
        fingerprint: "9DC858229FC7DD38854AE2D88D81803C0EBFCD88",
      },
    },
  });
  expect(dockerPackages("ubuntu-24.04", "vendor")).toMatchObject({
    install,
    repositories: { docker: { uri: "https://download.docker.com/linux/ubuntu", suite: "noble" } },
  });
});

it.each([
  ["debian-12", ["docker.io"]],
  ["ubuntu-22.04", ["docker.io", "docker-buildx", "docker-compose-v2"]],
  ["ubuntu-24.04", ["docker.io", "docker-buildx", "docker-compose-v2"]],
] as const)("or from %s itself", (os, install) => {
  expect(dockerPackages(os, "distribution")).toEqual({ install });
});
