import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";
import { plainError } from "../config/plain-error";

const host = z.object({ address: z.string(), port: z.number(), user: z.string(), hostKey: z.string() });
/** How the machine is reached. */
export type ReadHost = z.output<typeof host>;

/**
 * A machine among the outputs of the stack that owns it. Awaited, so that nothing is registered when it is not there.
 *
 * @throws pulumi.RunError when the stack has no such machine.
 */
export async function readHost(stack: string, name: string): Promise<ReadHost> {
  const reference = new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`);
  const hosts = await reference.getOutputDetails("hosts");
  return hostAmong(hosts.value, stack, name);
}

/** The machine of that name in the output `hosts`. */
export function hostAmong(hosts: unknown, stack: string, name: string): ReadHost {
  const named = (typeof hosts === "object" && hosts !== null ? hosts : {}) as Record<string, unknown>;
  const found = host.safeParse(named[name]);
  if (found.success) return found.data;
  const known = Object.keys(named);
  throw plainError(
    `flowfleet:flowmaster.host: stack "${stack}" has no host "${name}" among its outputs; ` +
      `it has ${known.length === 0 ? "none" : known.join(", ")}; bring it up first: pulumi up --stack ${stack}`,
  );
}
