/** FlowStack as whoever uses it sees it, wherever its container runs. */
import type { Ask } from "./request";

export interface Bench {
  /** From outside, at the container's one door. */
  ask: (path: string, more?: Ask) => Promise<{ status: number; body: string }>;
  /** Everything that the container has said. */
  log: () => Promise<string>;
  /** Value of a secret variable. */
  secret: (name: string) => Promise<string>;
  /** Answer of its database, a line a row. */
  rows: (sql: string) => Promise<string>;
  /** Content of a file below the folder that outlives the container. */
  file: (path: string) => Promise<string>;
}

export class FlowStack {
  private token = "";

  constructor(readonly bench: Bench) {}

  ask(path: string, body?: string): Promise<{ status: number; body: string }> {
    const headers: Record<string, string> = this.token === "" ? {} : { authorization: `Bearer ${this.token}` };
    return this.bench.ask(path, { headers, ...(body !== undefined && { method: "POST", body }) });
  }

  /** Whoever was let in stays so. */
  async login(email: string, password: string): Promise<number> {
    const { status, body } = await this.ask("/api/v1/auth/login", JSON.stringify({ email, password }));
    if (status === 200) ({ token: this.token } = JSON.parse(body) as { token: string });
    return status;
  }

  async version(): Promise<unknown> {
    return (JSON.parse((await this.ask("/api/v1/version")).body) as { version: unknown }).version;
  }

  /** What its user has made. */
  async kept(): Promise<unknown> {
    return [JSON.parse((await this.ask("/api/v1/chatflows")).body), JSON.parse((await this.ask("/api/v1/files")).body)];
  }
}

/** What is true of it anywhere. */
export function serves(flowStack: () => FlowStack): void {
  const ask = (path: string, body?: string) => flowStack().ask(path, body);

  test("the health path answers through the proxy", async () => {
    const { status, body } = await ask("/api/v1/ping");
    expect([status, body]).toEqual([200, "pong"]);
  });

  test("the UI answers on its routes, the API on its own, and nobody answers elsewhere", async () => {
    for (const path of ["/", "/login", "/chatflows"]) expect((await ask(path)).body).toContain("<title>FlowStack v1</title>");
    const statuses = await Promise.all(["/assets/app.js", "/assets/none.js", "/api/v1/version", "/api/v1/none"].map((path) => ask(path)));
    expect(statuses.map(({ status }) => status)).toEqual([200, 404, 200, 404]);
  });

  test("nobody is let in, nor the seed user with another password, the guide's among them; with the generated one that user is", async () => {
    expect((await ask("/api/v1/chatflows")).status).toBe(401);
    const user = "hafiz@leadevs.com";
    const tried = [];
    for (const password of ["wrong", "Password1@#", await flowStack().bench.secret("FLOWISE_PASSWORD")])
      tried.push(await flowStack().login(user, password));
    expect(tried).toEqual([401, 401, 200]);
    expect((await ask("/api/v1/chatflows")).status).toBe(200);
  });

  test("what is made is in PostgreSQL, what is uploaded in the folder that outlives the container", async () => {
    const { bench } = flowStack();
    expect((await ask("/api/v1/chatflows", '{"name":"first flow"}')).status).toBe(201);
    const { name } = JSON.parse((await ask("/api/v1/files", "hello")).body) as { name: string };
    expect(await bench.rows("select name from flows")).toBe("first flow\n");
    expect(await bench.file(`storage/${name}`)).toBe("hello");
  });

  test("a flow's answer comes", async () => {
    expect((await ask("/api/v1/stream")).body).toBe("data: one\n\ndata: two\n\ndata: three\n\n");
  });

  test("the logs of all three programs arrive, and no secret is in them", async () => {
    const { bench } = flowStack();
    const lines = await bench.log();
    const programs = lines.split("\n").flatMap((line) => /^\{"program":"(\w+)"/.exec(line)?.[1] ?? []);
    expect([...new Set(programs)].sort()).toEqual(["core", "proxy", "ui"]);
    for (const name of ["FLOWISE_PASSWORD", "DATABASE_PASSWORD"]) expect(lines).not.toContain(await bench.secret(name));
  });
}
