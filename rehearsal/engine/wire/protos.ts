/**
 * The protobuf classes of the project's own @pulumi/pulumi, and the copies of grpc and google-protobuf that they use: messages of
 * another copy are not recognised. They are CommonJS without usable types for the services, hence `any` at this edge.
 */
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-assignment */
import type * as Grpc from "@grpc/grpc-js";
import { createRequire } from "node:module";
import path from "node:path";

export interface Protos {
  grpc: typeof Grpc;
  resource: any;
  resourceServices: any;
  engine: any;
  engineServices: any;
  callback: any;
  callbackServices: any;
  alias: any;
  provider: any;
  struct: any;
  empty: any;
  /** Folder of @pulumi/pulumi. */
  sdkDir: string;
}

export function loadProtos(projectDir: string): Protos {
  const fromProject = createRequire(path.join(projectDir, "package.json"));
  let sdkDir: string;
  try {
    sdkDir = path.dirname(fromProject.resolve("@pulumi/pulumi/package.json"));
  } catch {
    throw new Error(`${projectDir}: @pulumi/pulumi is not installed; run "npm ci" there`);
  }
  const fromSdk = createRequire(path.join(sdkDir, "package.json"));
  const proto = (name: string): any => fromSdk(path.join(sdkDir, "proto", name));
  return {
    grpc: fromSdk("@grpc/grpc-js") as typeof Grpc,
    resource: proto("resource_pb.js"),
    resourceServices: proto("resource_grpc_pb.js"),
    engine: proto("engine_pb.js"),
    engineServices: proto("engine_grpc_pb.js"),
    callback: proto("callback_pb.js"),
    callbackServices: proto("callback_grpc_pb.js"),
    alias: proto("alias_pb.js"),
    provider: proto("provider_pb.js"),
    struct: fromSdk("google-protobuf/google/protobuf/struct_pb.js"),
    empty: fromSdk("google-protobuf/google/protobuf/empty_pb.js"),
    sdkDir,
  };
}
