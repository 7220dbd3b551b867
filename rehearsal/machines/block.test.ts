import { createServer } from "node:net";
import { canListen, freeIndex, internalAddress, loopbackAddress, publishedPorts, subnetOf } from "./block";

test("an estate's block gives its subnet and its addresses", () => {
  expect([subnetOf(7), internalAddress(7, 1), internalAddress(7, 200), loopbackAddress(7, 1)]).toEqual([
    "10.213.7.0/24",
    "10.213.7.10",
    "10.213.7.209",
    "127.20.7.1",
  ]);
});

test("a new machine takes the lowest index that is free", () => {
  expect([freeIndex([]), freeIndex([1, 2, 4]), freeIndex([2])]).toEqual([1, 3, 1]);
});

test("an estate that is full says so", () => {
  expect(() => freeIndex(Array.from({ length: 200 }, (_, n) => n + 1))).toThrow("an estate has room for 200 machines");
});

describe("published ports", () => {
  const except =
    (...taken: number[]) =>
    (_: string, port: number) =>
      Promise.resolve(!taken.includes(port));

  test("keep their number where it is free", async () => {
    expect(await publishedPorts("127.20.0.1", [443, 22, 22, 80], except())).toEqual({ 22: 22, 80: 80, 443: 443 });
  });

  test("go 20000 higher where it is not, and on from there", async () => {
    expect(await publishedPorts("127.20.0.1", [22, 80], except(22, 20_022, 20_023))).toEqual({ 22: 20_024, 80: 80 });
  });

  test("never meet each other", async () => {
    expect(await publishedPorts("127.20.0.1", [22, 20_022], except(22))).toEqual({ 22: 20_022, 20022: 20_023 });
  });
});

test("a port that something has on every address cannot be had on one", async () => {
  const other = createServer();
  const port = await new Promise<number>((ok) =>
    other.listen(0, "0.0.0.0", () => {
      ok((other.address() as { port: number }).port);
    }),
  );
  expect(await canListen("127.20.255.1", port)).toBe(false);
  await new Promise((ok) => other.close(ok));
  expect(await canListen("127.20.255.1", port)).toBe(true);
});
