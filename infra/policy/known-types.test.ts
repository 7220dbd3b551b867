import { asKnown } from "./known-types";
import { resource } from "./testing/case";

it.each([
  ["aws:alb/listener:Listener", "aws:lb/listener:Listener"],
  ["aws:applicationloadbalancing/loadBalancer:LoadBalancer", "aws:lb/loadBalancer:LoadBalancer"],
  ["aws:elasticloadbalancingv2/targetGroup:TargetGroup", "aws:lb/targetGroup:TargetGroup"],
  ["aws:s3/bucketV2:BucketV2", "aws:s3/bucket:Bucket"],
  [
    "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  ],
  ["aws:s3/bucketObjectv2:BucketObjectv2", "aws:s3/bucketObjectv2:BucketObjectv2"],
  ["aws:lb/listener:Listener", "aws:lb/listener:Listener"],
])("%s is known as %s", (type, known) => {
  const of = resource(type, { port: 443 });
  expect(asKnown(of)).toEqual({ ...of, type: known });
});
