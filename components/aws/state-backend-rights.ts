import type { AwsPlace } from "./place";
import type { Statement } from "./policy";
import { allow } from "./policy";

export interface StateRights {
  /** Where the bucket stands. */
  place: Pick<AwsPlace, "region">;
  /** Name of the bucket. */
  bucket: string;
  /** ARN of the key that encrypts the bucket. */
  bucketKey: string;
  /** Name of the Pulumi project. */
  project: string;
  /** The one stack that the pipeline brings up. */
  stack: string;
  /** ARN of the key that encrypts this stack's secrets, and no other's. */
  stackKey: string;
  /**
   * Stack whose outputs this one reads (`pulumi.StackReference`), with the key of the bucket as its own. Pulumi reads a state whole:
   * the pipeline can then read all of its secrets. @default none
   */
  reads?: string | undefined;
}

/**
 * What a pipeline needs that runs Pulumi for one stack with this state: to read and write the stack's own files, as Pulumi's backend for
 * buckets names them, and to use the stack's own key. What the bucket's key opens, it opens for S3 alone: with it no secret of another
 * stack can be read, neither in a state nor in a stack file.
 */
export function stateStatements({ place, bucket, bucketKey, project, stack, stackKey, reads }: StateRights): Statement[] {
  const files = (...names: string[]) => names.map((name) => `arn:aws:s3:::${bucket}/.pulumi/${name}`);
  return [
    // Names of files, and so of stacks, are no secret; Pulumi lists the whole bucket when it logs in.
    allow("StateList", ["s3:ListBucket", "s3:GetBucketLocation"], `arn:aws:s3:::${bucket}`),
    allow("StateMeta", ["s3:GetObject"], files("meta.yaml")),
    allow(
      "StateOfTheStack",
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"],
      files(
        // Also compressed, and the copy from before: `prod.json.gz`, `prod.json.bak`.
        `stacks/${project}/${stack}.json*`,
        `stacks/${project}/${stack}.pulumi-tags`,
        `backups/${project}/${stack}/*`,
        `history/${project}/${stack}/*`,
        // Locks alone are by organization, which is always called so where there is none.
        `locks/organization/${project}/${stack}/*`,
      ),
    ),
    allow("StateKey", ["kms:Decrypt", "kms:GenerateDataKey"], bucketKey, {
      StringEquals: { "kms:ViaService": `s3.${place.region}.amazonaws.com` },
    }),
    allow("SecretsOfTheStack", ["kms:Encrypt", "kms:Decrypt"], stackKey),
    ...(reads === undefined
      ? []
      : [
          allow("StateThatIsRead", ["s3:GetObject"], files(`stacks/${project}/${reads}.json*`)),
          allow("SecretsOfWhatIsRead", ["kms:Decrypt"], bucketKey),
        ]),
  ];
}
