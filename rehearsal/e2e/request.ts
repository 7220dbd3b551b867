import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import WebSocket from "ws";
import type { World } from "./world";

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
  /** Bytes of the body. */
  length: number;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
  /** Another site on the machine than the stack's first one. */
  name?: string;
  /** Plain HTTP on port 80 instead of HTTPS on 443. */
  plain?: boolean;
  /** Milliseconds. @default 30_000 */
  timeout?: number;
  /** Whose connections to use again. @default one of its own for each request */
  agent?: https.Agent;
}

/** One request from outside: to the machine's published port, with the site's name, checked against the test CA. */
export function request(world: World, stack: string, path: string, ask: Ask = {}): Promise<Answer> {
  const machine = world.machine(stack);
  const name = ask.name ?? world.domain(stack);
  const options: https.RequestOptions = {
    host: machine.address,
    port: machine.ports[ask.plain ? 80 : 443],
    path,
    method: ask.method ?? "GET",
    headers: { host: name, ...ask.headers },
    timeout: ask.timeout ?? 30_000,
    agent: ask.agent ?? false,
  };
  return new Promise((resolve, reject) => {
    const done = (response: http.IncomingMessage): void => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const body = Buffer.concat(parts);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: body.toString(), length: body.length });
      });
    };
    const sent = ask.plain ? http.request(options, done) : https.request({ ...options, ...tls(world, name) }, done);
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error(`no answer to ${path} within ${ask.timeout ?? 30_000} ms`)));
    sent.end(ask.body);
  });
}

/** A WebSocket from outside, open. */
export async function webSocket(world: World, stack: string, path: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const machine = world.machine(stack);
  const name = world.domain(stack);
  const socket = new WebSocket(`wss://${machine.address}:${machine.ports[443] ?? 443}${path}`, {
    headers: { host: name, ...headers },
    ...tls(world, name),
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  return socket;
}

const tls = (world: World, name: string): { servername: string; ca: Buffer } => ({
  servername: name,
  ca: readFileSync(world.prepared.acme.rootCaFile),
});
