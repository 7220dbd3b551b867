import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Host } from "../host/host";
import { record } from "../host/recording";
import { markOf } from "../kernel/mark";
import { CloudflareTunnel } from "./cloudflare-tunnel";
import type { CloudflareTunnelArgs } from "./cloudflare-tunnel";
import { tunnelText } from "./texts/tunnel";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJKplS3GF5wEEgWD+yNtxCqWnO+0ZpBDi9CZMXXRXUcb";
const TOKEN = "eyJhIjoiYSIsInQiOiJ0IiwicyI6InMifQ==";
const UNIT = "/etc/systemd/system/cloudflared.service";
const FILE = "/etc/flowfleet/tunnels/cloudflared.token";

const made = (args: Partial<CloudflareTunnelArgs> = {}) =>
  record(() => {
    const host = new Host("main", { address: "203.0.113.10", hostKey: KEY });
    new CloudflareTunnel("tunnel", { host, token: pulumi.secret(TOKEN), ...args });
  });

const text = { program: "/usr/bin/cloudflared", token: FILE, mark: "0123456789ab", metricsPort: 20_241, memory: 512 };

it("the unit", () => {
  const golden = readFileSync(join(__dirname, "golden/cloudflared.service"), "utf8");
  expect(
    tunnelText(text)
      .map((line) => `${line}\n`)
      .join(""),
  ).toBe(golden);
});

it("comes from Cloudflare's signed repository, with its token in a file for root alone", async () => {
  const { steps, outputs } = await made();
  expect(steps.map(({ name, noun, removable }) => [name, noun, removable])).toEqual([
    ["tunnel-packages-apt", "packages", true],
    ["tunnel-token-files", "files", true],
    ["tunnel-unit-files", "files", true],
  ]);
  expect(steps[0]?.document).toMatchObject({
    install: ["cloudflared"],
    repositories: {
      cloudflare: {
        uri: "https://pkg.cloudflare.com/cloudflared",
        suite: "any",
        components: ["main"],
        keyUrl: "https://pkg.cloudflare.com/cloudflare-main.gpg",
        fingerprint: "CC94B39C77AE7342A68B89628A682D308D4E5E73",
        unattended: true,
      },
    },
  });
  expect(steps[1]?.secrets).toEqual(["connection", "stdin"]);
  expect(steps[1]?.document).toMatchObject({
    directories: { "/etc/flowfleet/tunnels": { mode: "0700", user: "root", group: "root" } },
    files: { [FILE]: { mode: "0600", user: "root", group: "root", text: [TOKEN] } },
  });
  expect(outputs["tunnel"]).toEqual({ unit: "cloudflared.service" });
});

it("is started anew for another token, of which its unit says nothing but a mark", async () => {
  const { steps } = await made();
  expect(steps[2]?.secrets).toEqual(["connection"]);
  expect(steps[2]?.document).toMatchObject({
    files: { [UNIT]: { mode: "0644", text: tunnelText({ ...text, mark: markOf({ token: TOKEN }, "cloudflared") }) } },
    check: ["systemd"],
    after: ["daemon-reload", "restart cloudflared.service", "enable cloudflared.service"],
  });
  expect(JSON.stringify(steps[2])).not.toContain(TOKEN);
  const other = await made({ token: pulumi.secret("another") });
  expect(other.steps[2]?.document).not.toEqual(steps[2]?.document);
});

it("can be one that is there already, under another name", async () => {
  const { steps } = await made({ program: "/usr/local/bin/cloudflared", service: "tunnel", metricsPort: 20_300, memory: "64 MB" });
  expect(steps.map(({ noun }) => noun)).toEqual(["files", "files"]);
  expect(steps[1]?.document).toMatchObject({
    files: {
      "/etc/systemd/system/tunnel.service": {
        text: tunnelText({
          program: "/usr/local/bin/cloudflared",
          token: "/etc/flowfleet/tunnels/tunnel.token",
          mark: markOf({ token: TOKEN }, "tunnel"),
          metricsPort: 20_300,
          memory: 64,
        }),
      },
    },
  });
});

it("is refused with everything that is wrong at once", async () => {
  await expect(made({ service: "Tunnel", program: "cloudflared", metricsPort: 0, memory: "0 MB" })).rejects.toThrow(
    'tunnel/service: must be lower-case letters, digits and hyphens such as "flowmaster-staging"; got "Tunnel"\n' +
      'tunnel/program: must be an absolute path of plain characters such as "/srv/shop"; got "cloudflared"\n' +
      "tunnel/metricsPort: must be a port; got 0; allowed: 1 to 65535\n" +
      'tunnel/memory: must be a size above zero such as "50 MB", got "0 MB"',
  );
});
