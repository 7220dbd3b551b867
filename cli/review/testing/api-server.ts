import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Request {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage["headers"];
  body: Record<string, unknown>;
}

export interface Answer {
  status: number;
  /** Sent as JSON; nothing with 204. */
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent as it is, instead. */
  text?: string;
}

/** An HTTP API on loopback, which remembers what it was asked and may answer otherwise than it would. */
export class ApiServer {
  readonly requests: Request[] = [];
  /** Asked before the API itself: an answer of its own, or nothing. */
  instead: (request: Request) => Answer | undefined = () => undefined;
  private readonly server: Server;

  private constructor(answer: (request: Request) => Answer) {
    this.server = createServer((incoming, response) => {
      void read(incoming).then((request) => {
        this.requests.push(request);
        const { status, body, headers = {}, text } = this.instead(request) ?? answer(request);
        if (text !== undefined) response.writeHead(status, { "content-type": "text/html", ...headers }).end(text);
        else if (status === 204) response.writeHead(status, headers).end();
        else response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers }).end(JSON.stringify(body));
      });
    });
  }

  static async start(answer: (request: Request) => Answer): Promise<ApiServer> {
    const api = new ApiServer(answer);
    await new Promise<void>((resolve) => api.server.listen(0, "127.0.0.1", resolve));
    return api;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** `POST /path` of each request so far. */
  get log(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function read(incoming: IncomingMessage): Promise<Request> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString("utf8");
  const url = new URL(incoming.url ?? "/", "http://localhost");
  return {
    method: incoming.method ?? "GET",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: incoming.headers,
    body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** The first `times` requests that fit are answered so. */
export function first(times: number, fits: (request: Request) => boolean, answer: () => Answer): (request: Request) => Answer | undefined {
  let left = times;
  return (request) => (fits(request) && left-- > 0 ? answer() : undefined);
}
