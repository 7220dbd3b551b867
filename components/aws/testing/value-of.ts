import type * as pulumi from "@pulumi/pulumi";

/** The value of an output, for a test that waits for it. */
export const valueOf = <T>(output: pulumi.Output<T>): Promise<T> =>
  new Promise((resolve) => {
    output.apply(resolve);
  });
