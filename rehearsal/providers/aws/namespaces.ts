/** Package `aws`, names by which services find each other. */
import type { HttpNamespaceArgs } from "@pulumi/aws/servicediscovery";
import type { Unwrap } from "@pulumi/pulumi";
import { orGone, told, type } from "./resource";

const tagList = (tags: Record<string, string> = {}) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const httpNamespace = type<Unwrap<HttpNamespaceArgs>>({
  named: "name",
  replaces: ["name", "description"],
  updates: ["tags"],
  create: async (inputs, { names }) => {
    const begun = await names.createHttpNamespace({ Name: inputs.name, Description: inputs.description, Tags: tagList(inputs.tags) });
    const { Operation } = await names.getOperation({ OperationId: begun.OperationId });
    return told(Operation?.Targets?.["NAMESPACE"], "id of a namespace");
  },
  read: async ({ id }, { names }) => {
    const found = await orGone(names.getNamespace({ Id: id }));
    return found && { arn: told(found.Namespace?.Arn, "ARN of a namespace"), httpName: found.Namespace?.Name ?? "" };
  },
  update: async ({ id, inputs }, _, { names }) => {
    const { Namespace } = await names.getNamespace({ Id: id });
    await names.tagResource({ ResourceARN: told(Namespace?.Arn, "ARN of a namespace"), Tags: tagList(inputs.tags) });
  },
  delete: async ({ id }, { names }) => {
    await orGone(names.deleteNamespace({ Id: id }));
  },
});

export const NAMESPACE_TYPES = { "aws:servicediscovery/httpNamespace:HttpNamespace": httpNamespace };
