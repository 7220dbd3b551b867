import * as pulumi from "@pulumi/pulumi";
import * as z from "zod";

const host = z.object({ address: z.string(), port: z.number(), user: z.string(), hostKey: z.string() });
type HostOf = z.output<typeof host>;

/**
 * A machine among the outputs of the stack that owns it.
 *
 * @throws pulumi.RunError by way of the Output when the stack has no such machine.
 */
export function readHost(stack: string, name: string): pulumi.Output<HostOf> {
  const reference = new pulumi.StackReference(`${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`);
  return reference.getOutput("hosts").apply((hosts: unknown) => hostAmong(hosts, stack, name));
}

/** The machine of that name in the output `hosts`. */
export function hostAmong(hosts: unknown, stack: string, name: string): HostOf {
  const named = (typeof hosts === "object" && hosts !== null ? hosts : {}) as Record<string, unknown>;
  const found = host.safeParse(named[name]);
  if (found.success) return found.data;
  const known = Object.keys(named);
  throw new pulumi.RunError(
    `flowfleet:flowmaster.host: stack "${stack}" has no host "${name}" among its outputs; ` +
      `it has ${known.length === 0 ? "none" : known.join(", ")}; bring it up first: pulumi up --stack ${stack}`,
  );
}
