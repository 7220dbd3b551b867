import * as z from "zod";
import { isEverybody } from "../../components/kernel/everybody";
import { OPERATING_SYSTEMS } from "../../components/host/operating-system";
import { TAKE_OVER } from "../../components/host/take-over";
import { account, id } from "./aws-schema";
import * as f from "./fields";

/** How a machine is reached, or the machine in front of it. */
const door = { address: f.address(), port: f.port().default(22), user: f.account().default("deploy"), hostKey: f.hostKey() };

const bastion = z.strictObject(door);
const os = f.choice(...OPERATING_SYSTEMS).default("debian-12");
const state = f.choice("present", "abandoned").default("present");

/** A machine that is made in AWS. */
const create = z.strictObject({
  ...account,
  image: f.matches(/^ami-[0-9a-f]+$/, 'must be the id of an image such as "ami-0abc"'),
  type: f.matches(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'must be a type such as "t3.medium"'),
  disk: f.size(),
  vpcId: id("vpc"),
  subnetId: id("subnet"),
  sshFrom: z.array(f.network()).min(1, "must name a network, or nobody can log in"),
  out: z.array(f.port()).default([]),
  // As `bootstrap` takes them.
  authorizedKeys: z.array(f.publicKey()).min(1, "must hold a public key, or nobody can log in"),
  rebuild: f.slug().optional(),
});

/** Least that a machine must have. */
export const machineSize = z.strictObject({
  cpus: f.integer(1, 512),
  memory: f.size(),
  disk: f.size().optional(),
  lenient: f.flag().default(false),
});

/** A machine that the stack itself owns, and what it is to have. */
export const ownedHost = z.strictObject({
  ...door,
  // Empty of a machine that is yet to be made; of any other `createNeeds` asks for them.
  address: f.address().default(""),
  hostKey: f.hostKey().default(""),
  create: create.optional(),
  bastion: bastion.optional(),
  os,
  state,
  protect: f.flag().default(true),
  takeOver: z.array(f.choice(...TAKE_OVER)).default([]),
  privateKey: f.secret().optional(),
  size: machineSize.optional(),
  audit: f.flag().default(false),
  docker: z
    .strictObject({
      source: f.choice("vendor", "distribution").default("vendor"),
      minimum: f.version().default("24.0"),
      lenient: f.flag().default(false),
    })
    .optional(),
  node: z
    .strictObject({
      source: f.choice("vendor", "distribution").default("vendor"),
      minimum: f.version().default("18"),
      lenient: f.flag().default(false),
    })
    .optional(),
  web: f.flagOr("private").default(false),
  nginx: z
    .strictObject({
      workers: f.integer(1, 512).optional(),
      connections: f.integer(1, 1_000_000).optional(),
      multiAccept: f.flag().optional(),
      compressible: z.array(f.text()).optional(),
      logFormats: z.record(z.string(), f.text()).optional(),
    })
    .optional(),
  swap: f.size().optional(),
  journal: f.size().default("500 MB"),
  ssh: f.group({
    ports: z.array(f.port()).min(1, "must name a port, or nobody can log in").default([22]),
    users: z.array(f.account()).default([]),
    trusted: z.array(f.network().refine((network) => !isEverybody(network), "is everybody, so that nobody would be banned")).default([]),
  }),
});

/**
 * The machine that a system runs on: one of the stack's own, or with `stack` one of another stack, which hands over address, port, user
 * and host key by its outputs. What decides the shape of the program cannot come that way, so it is said here again.
 */
export const chosenHostIfAny = z.strictObject({
  name: f.slug(),
  stack: f.slug().optional(),
  os,
  state,
  bastion: bastion.optional(),
  privateKey: f.secret().optional(),
});
/** The same for a system that always runs on one: what is missing in it is then said by its full path. */
export const chosenHost = chosenHostIfAny.prefault({} as never);

export type OwnedHost = z.output<typeof ownedHost>;
export type ChosenHost = z.output<typeof chosenHost>;
