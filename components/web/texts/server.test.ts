import { readFileSync } from "node:fs";
import { join } from "node:path";
import { corsText } from "./cors";
import { closedText, defaultText } from "./default";
import { MAIN, headersText, internalText, nginxText, proxyText, tlsText, unitText } from "./server";

const golden = (name: string) => readFileSync(join(__dirname, "../golden", name), "utf8");
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

describe.each([[[1, 18, 0]], [[1, 22, 1]], [[1, 26, 0]]] as const)("for nginx %p", (nginx) => {
  const folder = `nginx-${nginx[0]}.${nginx[1]}`;
  it.each([
    ["nginx.conf", nginxText(nginx)],
    ["tls.conf", tlsText(nginx)],
    ["default.conf", defaultText(nginx)],
  ])("%s", (name, lines) => {
    expect(text(lines)).toBe(golden(`${folder}/${name}`));
  });
});

it.each([
  ["headers.conf", headersText()],
  ["proxy.conf", proxyText()],
  ["internal.conf", internalText()],
  ["cors.conf", corsText()],
  ["nginx.service.conf", unitText()],
])("%s", (name, lines) => {
  expect(text(lines)).toBe(golden(name));
});

it("nginx.conf of a machine with settings of its own", () => {
  const logFormats = { main: '$remote_addr - $remote_user [$time_local] "$request" $status' };
  const main = { ...MAIN, workers: 2, connections: 8192, multiAccept: true, compressible: ["text/css", "text/xml"], logFormats };
  const lines = nginxText([1, 22, 1], main);
  const usual = nginxText([1, 22, 1]);
  expect(lines.filter((line) => !usual.includes(line))).toEqual([
    "worker_processes 2;",
    "worker_rlimit_nofile 32768;",
    "  worker_connections 8192;",
    "  multi_accept on;",
    `  log_format main '${logFormats.main}';`,
    "  gzip_types text/css text/xml;",
  ]);
  expect(usual.filter((line) => !lines.includes(line))).toHaveLength(4);
});

it("the machine where nobody comes in from outside listens on no port of its own", () => {
  expect(closedText()).toEqual([
    "# Written by Flowfleet; a change here is undone by the next deployment.",
    "# Whatever leads here from outside, such as a tunnel, ends on this machine.",
  ]);
});

it("turns HTTP/2 on in the words of each version", () => {
  expect(defaultText([1, 25, 0])).toContain("  listen 443 ssl http2 default_server;");
  expect(nginxText([1, 25, 0])).not.toContain("  http2 on;");
  expect(defaultText([1, 25, 1])).toContain("  listen 443 ssl default_server;");
  expect(nginxText([1, 25, 1])).toContain("  http2 on;");
});

it("hides from a proxied answer every header that it sets itself", () => {
  const set = headersText().flatMap((line) => /^add_header (\S+)/.exec(line)?.[1] ?? []);
  const hidden = proxyText().flatMap((line) => /^proxy_hide_header (\S+);/.exec(line)?.[1] ?? []);
  expect(set.length).toBeGreaterThan(2);
  expect([...hidden].sort()).toEqual(["Strict-Transport-Security", ...set].sort());
});
