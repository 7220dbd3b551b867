import * as pulumi from "@pulumi/pulumi";

/** An error for a person. Without a stack trace, which would tell nothing and which Node.js needs half a minute to render. */
export function plainError(message: string): Error {
  const error = new pulumi.RunError(message);
  delete error.stack;
  return error;
}
