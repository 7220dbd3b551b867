import { readFileSync } from "node:fs";
import { join } from "node:path";
import { httpListenerText, tcpListenerText, upstreamText } from "./listener";

const golden = (name: string) => readFileSync(join(__dirname, "../golden", name), "utf8");
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

it.each([
  ["listener-tcp.conf", tcpListenerText(27017, { address: "10.91.1.16", port: 27017 })],
  ["listener-http.conf", httpListenerText(8090, { address: "10.91.1.20", port: 8080 })],
  ["upstream.conf", upstreamText("flowra-keycloak", { address: "10.91.1.20", port: 8080 })],
])("%s", (name, lines) => {
  expect(text(lines)).toBe(golden(name));
});
