/** FlowMaster's four environments on one server: what the guide's verification asks for, from outside. */
import { changesOf, ENVIRONMENTS, succeeded, World } from "./world";
import { request, webSocket } from "./request";

let world: World;

beforeAll(async () => {
  world = await World.open();
  await world.settle("shared", ...ENVIRONMENTS);
}, 1_200_000);

describe.each(ENVIRONMENTS)("%s", (stack) => {
  test("answers its health path over HTTPS", async () => {
    const answer = await request(world, stack, "/api/health");
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({ status: "ok", version: "v1" });
  });

  test("redirects plain HTTP to the same path", async () => {
    const answer = await request(world, stack, "/dashboard?a=1", { plain: true });
    expect([answer.status, answer.headers.location]).toEqual([301, `https://${world.domain(stack)}/dashboard?a=1`]);
  });

  test("serves the page at a path that only the browser knows, with every security header", async () => {
    const answer = await request(world, stack, "/dashboard/deep/link");
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('<div id="root">');
    expect(answer.headers).toMatchObject({
      "strict-transport-security": expect.stringContaining("max-age=63072000") as string,
      "x-content-type-options": "nosniff",
      "x-frame-options": expect.any(String) as string,
    });
  });

  test("sends the headers with an error, too", async () => {
    const answer = await request(world, stack, "/api/there-is-no-such-path");
    expect(answer.status).toBe(404);
    expect(answer.headers["strict-transport-security"]).toContain("max-age=63072000");
  });

  test("echoes over a WebSocket", async () => {
    const socket = await webSocket(world, stack, "/ws/echo");
    const heard = new Promise((resolve) =>
      socket.once("message", (data: Buffer) => {
        resolve(data.toString());
      }),
    );
    socket.send("hello");
    expect(await heard).toBe("hello");
    socket.close();
  });

  test("its container got every variable of the guide", async () => {
    const { variables } = JSON.parse((await request(world, stack, "/api/version")).body) as { variables: string[] };
    expect(variables).toEqual(
      expect.arrayContaining([
        "ARANGO_PASSWORD",
        "POSTGRES_GLOBAL_PASSWORD",
        "REDIS_PASSWORD",
        "JWT_SECRET",
        "ENCRYPTION_KEY",
        "SECRET_KEY",
        "GEMINI_API_KEY",
        "OPENAI_API_KEY",
        "OPENROUTER_API_KEY",
      ]),
    );
  });
});

test("takes a body of 50 MB and refuses 51 MB with 413", async () => {
  const megabyte = 1024 * 1024;
  const fits = await request(world, "prod", "/api/upload", { method: "POST", body: Buffer.alloc(50 * megabyte, 7), timeout: 120_000 });
  expect([fits.status, JSON.parse(fits.body)]).toMatchObject([200, { bytes: 50 * megabyte }]);
  // nginx answers before it has read the body, so the rest of what is sent may meet a closed connection.
  const tooLarge = await request(world, "prod", "/api/upload", {
    method: "POST",
    headers: { "content-length": String(51 * megabyte), expect: "100-continue" },
  });
  expect(tooLarge.status).toBe(413);
}, 180_000);

test("streams for longer than a minute", async () => {
  const answer = await request(world, "prod", "/api/stream?seconds=63&every=5", { timeout: 90_000 });
  expect([answer.status, answer.body.trim().split("\n").at(-1)]).toEqual([200, "end"]);
}, 120_000);

test("a second run of every stack changes nothing and opens no connection", async () => {
  const logins = (): Promise<string> => world.on(world.machine(), "journalctl -u ssh --output cat | grep -c 'Accepted publickey' || true");
  const before = await logins();
  for (const stack of ["shared", ...ENVIRONMENTS]) expect(changesOf(succeeded(await world.up(stack)))).toEqual([]);
  expect(await logins()).toBe(before);
}, 120_000);

test("nginx finds nothing wrong with its own configuration", async () => {
  expect(await world.on(world.machine(), "nginx -t")).toMatch(/test is successful/);
  expect(await world.on(world.machine(), "nginx -t 2>&1 | grep -c warn || true")).toBe("0\n");
});

test("from another machine only 22, 80 and 443 answer, container networks included", async () => {
  const machine = world.machine();
  const neighbour = await world.prepared.estate.neighbour();
  expect(await neighbour.scan(machine.internalAddress)).toEqual([22, 80, 443]);
  const networks = (
    await world.on(
      machine,
      "docker network inspect --format '{{range .IPAM.Config}}{{.Subnet}}{{end}}' $(docker network ls -q --filter driver=bridge)",
    )
  )
    .trim()
    .split("\n");
  expect(networks.length).toBeGreaterThanOrEqual(ENVIRONMENTS.length);
  const containers = (
    await world.on(machine, "docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' $(docker ps -q)")
  )
    .trim()
    .split("\n");
  expect(containers).toHaveLength(2 * ENVIRONMENTS.length);
  for (const address of containers) {
    const subnet = networks.find((one) => one.startsWith(address.split(".").slice(0, 3).join("."))) ?? "";
    for (const ports of [
      [80, 80],
      [8000, 8000],
    ] as [number, number][])
      expect(await neighbour.scan(address, { ports, route: { subnet, via: machine.internalAddress } })).toEqual([]);
  }
}, 300_000);

describe("a secret", () => {
  const canary = "canary-7f3d0c5e91";

  test("is found nowhere it must not be", async () => {
    const seen: string[] = [];
    const machine = world.machine();
    const result = await world.up("demo", {
      config: { "flowfleet:flowmaster.apiKeys.openai": { secret: canary } },
      onEvent: (event) => void seen.push(JSON.stringify(event)),
    });
    expect(changesOf(succeeded(result)).join("\n")).toContain("flowmaster-backend");
    expect(seen.filter((line) => line.includes(canary))).toEqual([]);
    expect(JSON.stringify(result.diagnostics)).not.toContain(canary);
    const files = (
      await world.on(
        machine,
        `grep -rlsF ${canary} /etc /srv /opt /root /home /tmp /var/lib/flowfleet /var/log /var/spool /usr/local /run 2>/dev/null || true`,
      )
    )
      .trim()
      .split("\n")
      .sort();
    for (const file of files)
      expect([file, await world.on(machine, `stat -c '%a' ${file}`)]).toEqual([file, expect.stringMatching(/^[64]00\n$/)]);
    expect(files.some((file) => file === "/srv/flowmaster/demo/environments/.env.demo")).toBe(true);
    const elsewhere =
      "docker inspect $(docker ps -aq); ps -eo args | grep -v grep; journalctl --no-pager; docker logs $(docker ps -q --filter name=flowmaster-demo-backend) 2>&1";
    expect(await world.on(machine, `{ ${elsewhere}; } | grep -cF ${canary} || true`)).toBe("0\n");
  }, 300_000);

  test("is in no file of the rehearsal, its state included", async () => {
    const { stateDir } = world.prepared.estate;
    const { execFileSync } = await import("node:child_process");
    const found = execFileSync("sh", ["-c", `grep -rlF ${canary} '${stateDir}' || true`]).toString();
    expect(found).toBe("");
    succeeded(await world.up("demo"));
  }, 300_000);
});
