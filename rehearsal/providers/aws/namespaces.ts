/** Package `aws`, names by which services find each other: known to plans. */
import type { HttpNamespaceArgs } from "@pulumi/aws/servicediscovery";
import type { Unwrap } from "@pulumi/pulumi";
import { type } from "./resource";

const refused = (): Promise<never> =>
  Promise.reject(new Error("a rehearsal makes no Cloud Map namespace: the emulator's containers do not find each other by names"));

const httpNamespace = type<Unwrap<HttpNamespaceArgs>>({
  named: "name",
  replaces: ["name", "description"],
  updates: ["tags"],
  create: refused,
  read: refused,
  update: refused,
  delete: refused,
});

export const NAMESPACE_TYPES = { "aws:servicediscovery/httpNamespace:HttpNamespace": httpNamespace };
