import { createServer } from "node:net";

/**
 * Every estate has a block, 0 to 255: its network is 10.213.<block>.0/24, its loopback addresses are 127.20.<block>.<n>. Docker refuses a
 * second network with the same subnet, so a block that the network was made for belongs to this estate alone.
 */
export const BLOCKS = 256;

export const subnetOf = (block: number): string => `10.213.${block}.0/24`;

/** Machines have the indexes 1, 2, …; what the estate itself runs has its own. */
export const ACME = 201;
export const REGISTRY = 202;
export const NEIGHBOUR = 203;
export const GIT = 204;
export const AWS = 205;
export const DATABASE = 206;
export const TASK = 207;
const LAST_MACHINE = 200;

/** Address on the estate's network. .1 is the gateway. */
export const internalAddress = (block: number, index: number): string => `10.213.${block}.${index + 9}`;

/** On Linux all of 127/8 answers. */
export const loopbackAddress = (block: number, index: number): string => `127.20.${block}.${index}`;

/** Lowest index that no machine has. */
export function freeIndex(taken: number[]): number {
  for (let index = 1; index <= LAST_MACHINE; index++) if (!taken.includes(index)) return index;
  throw new Error(`an estate has room for ${LAST_MACHINE} machines`);
}

/** Asks whether a port of an address can be had. */
export type IsFree = (address: string, port: number) => Promise<boolean>;

/**
 * Where each wanted port is published: under its own number, or, when something on this machine has that number on every address (its own sshd,
 * say), 20000 higher, and on from there.
 */
export async function publishedPorts(address: string, wanted: number[], isFree: IsFree = canListen): Promise<Record<number, number>> {
  const ports: Record<number, number> = {};
  for (const port of [...new Set(wanted)].sort((a, b) => a - b)) {
    const taken = Object.values(ports);
    let candidate = port;
    while (taken.includes(candidate) || !(await isFree(address, candidate))) {
      candidate += candidate === port && port < 20_000 ? 20_000 : 1;
      if (candidate > 65_535) throw new Error(`no free port on ${address} for ${port}`);
    }
    ports[port] = candidate;
  }
  return ports;
}

export const canListen: IsFree = (address, port) =>
  new Promise((answer) => {
    const server = createServer();
    server.once("error", () => {
      answer(false);
    });
    server.listen({ host: address, port, exclusive: true }, () =>
      server.close(() => {
        answer(true);
      }),
    );
  });
