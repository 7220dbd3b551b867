/** One gRPC server on loopback for both services that a program talks to. */
/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-member-access,
   @typescript-eslint/no-unsafe-argument -- the generated services have no types that fit */
import type { Server } from "@grpc/grpc-js";
import type { Protos } from "../wire/protos";

const LIMIT = 400 * 1024 * 1024;
/** As Pulumi's own, on both sides. */
export const MESSAGE_LIMITS = { "grpc.max_receive_message_length": LIMIT, "grpc.max_send_message_length": LIMIT };

/** A refusal with a gRPC status. */
export class RpcError extends Error {
  constructor(
    message: string,
    readonly code: number,
  ) {
    super(message);
  }
}
export type Handlers = Record<string, (request: any) => Promise<any>>;

/** The handlers may come later than the first call, which then waits. */
export async function serve(
  protos: Protos,
  monitor: Promise<Handlers>,
  engine: Promise<Handlers>,
): Promise<{ address: string; close: () => void }> {
  const server: Server = new protos.grpc.Server(MESSAGE_LIMITS);
  server.addService(
    protos.resourceServices.ResourceMonitorService,
    implement(protos, protos.resourceServices.ResourceMonitorService, monitor),
  );
  server.addService(protos.engineServices.EngineService, implement(protos, protos.engineServices.EngineService, engine));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", protos.grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error) reject(error);
      else resolve(bound);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    close: () => {
      server.forceShutdown();
    },
  };
}

function implement(protos: Protos, service: object, coming: Promise<Handlers>): any {
  const { status } = protos.grpc;
  const methods: Record<string, unknown> = {};
  for (const name of Object.keys(service)) {
    methods[name] = (call: any, answer: (error: unknown, response?: unknown) => void) => {
      const handle = async (): Promise<unknown> => {
        const handler = (await coming)[name];
        if (!handler) throw new RpcError(`the offline engine does not serve ${name}`, status.UNIMPLEMENTED);
        return handler(call.request);
      };
      handle().then(
        (response) => {
          answer(null, response);
        },
        (error: unknown) => {
          const details = error instanceof Error ? error.message : String(error);
          answer({ code: error instanceof RpcError ? error.code : status.UNKNOWN, details });
        },
      );
    };
  }
  return methods;
}
