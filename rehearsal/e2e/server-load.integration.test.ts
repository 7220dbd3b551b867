import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import execa from "execa";
import { pause } from "./load";
import { type Answered, underServerLoad } from "./server-load";
import type { World } from "./world";

/** This machine stands for the server. */
const here = {
  machine: () => ({}),
  // A command that reads nothing may have ended before it is given anything.
  on: async (_: unknown, command: string, { input }: { input?: string } = {}) =>
    (await execa("sh", ["-c", command], input === undefined ? { stdin: "ignore" } : { input })).stdout,
} as unknown as Pick<World, "machine" | "on">;

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
interface Asked {
  socket: Socket;
  /** The how manieth request of all it is, and of its connection. */
  count: number;
  ofConnection: number;
  /** Whether its connection is for others, too. */
  isKept: boolean;
}

let server: Server | undefined;
afterEach(() => server?.close());

/** What comes of a path, two seconds long, where a server does this with each request. */
async function loadOn(does: (asked: Asked) => unknown): Promise<Answered | undefined> {
  let count = 0;
  const listening = createServer((socket) => {
    let ofConnection = 0;
    socket.on("error", () => undefined);
    socket.on("data", (text) => {
      does({ socket, count: ++count, ofConnection: ++ofConnection, isKept: !/^connection: close\r$/im.test(text.toString()) });
    });
  });
  server = listening;
  await new Promise<void>((done) => listening.listen(0, "127.0.0.1", done));
  const base = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  return (await underServerLoad(here, base, ["/slow?seconds=1"], () => pause(1000))).paths["/slow?seconds=1"];
}

test("a server that answers loses nothing", async () => {
  const found = await loadOn(({ socket }) => socket.write(OK));
  expect(found).toEqual({ answered: expect.any(Number) as number, failed: 0, away: 0, statuses: [] });
  expect(found?.answered).toBeGreaterThan(50);
});

test("a connection that is ended while nothing is asked is no failure", async () => {
  const found = await loadOn(({ socket }) => socket.write(OK, () => setTimeout(() => socket.destroy(), 10)));
  expect([found?.failed, (found?.answered ?? 0) > 50]).toEqual([0, true]);
});

test.each<[string, (asked: Asked) => unknown]>([
  [
    "is read and dropped at once, each second one of a connection",
    ({ socket, ofConnection }) => (ofConnection % 2 === 0 ? socket.destroy() : socket.write(OK)),
  ],
  [
    "is read and dropped at once, each second one of a connection for itself",
    ({ socket, count, isKept }) => (!isKept && count % 2 === 0 ? socket.destroy() : socket.write(OK)),
  ],
  [
    "is under way on a kept connection",
    ({ socket, isKept, ofConnection }) => (isKept && ofConnection > 1 ? setTimeout(() => socket.destroy(), 600) : socket.write(OK)),
  ],
  [
    "has the half of its answer on a kept connection",
    ({ socket, isKept, ofConnection }) => (isKept && ofConnection > 1 ? socket.end(OK.slice(0, -1)) : socket.write(OK)),
  ],
  ["gets another answer", ({ socket, count }) => socket.write(count % 2 === 0 ? OK.replace("200 OK", "503 Away") : OK)],
])("a request that %s is a failure", async (_, does) => {
  const found = await loadOn(does);
  expect([(found?.failed ?? 0) > 1, (found?.answered ?? 0) > 1]).toEqual([true, true]);
});
