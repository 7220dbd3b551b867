import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import type { Size } from "../../components/kernel/size";
import { plainError } from "../config/plain-error";

const isText = (value: unknown): boolean => typeof value === "string";

const size = z.object({
  cpus: z.number(),
  memory: z.custom<Size>(isText),
  disk: z.custom<Size>(isText).optional(),
  lenient: z.boolean().optional(),
});
const host = z.object({ address: z.string(), port: z.number(), user: z.string(), hostKey: z.string(), size: size.optional() });
/** How the machine is reached, and what it was declared to have. */
export type ReadHost = z.output<typeof host>;

/** The machines among the outputs of the stack that owns them. Awaited, so that nothing is registered when one is not there. */
export async function readHosts(stack: string): Promise<unknown> {
  const reference = new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`);
  return (await reference.getOutputDetails("hosts")).value as unknown;
}

/**
 * The machine of that name in the output `hosts`.
 *
 * @param system Key of the system that is to run there.
 * @throws pulumi.RunError when the stack has no such machine.
 */
export function hostAmong(hosts: unknown, stack: string, name: string, system: string): ReadHost {
  const named = (typeof hosts === "object" && hosts !== null ? hosts : {}) as Record<string, unknown>;
  const found = host.safeParse(named[name]);
  if (found.success) return found.data;
  const known = Object.keys(named);
  throw plainError(
    `flowfleet:${system}.host: stack "${stack}" has no host "${name}" among its outputs; ` +
      `it has ${known.length === 0 ? "none" : known.join(", ")}; bring it up first: pulumi up --stack ${stack}`,
  );
}
