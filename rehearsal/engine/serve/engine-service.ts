/** Pulumi's Engine service: messages of the program, and which resource is its root. */
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-call,
   @typescript-eslint/no-unsafe-member-access -- the generated classes have no types that fit */
import type { Protos } from "../wire/protos";
import type { EventLog } from "../run/events";
import type { Handlers } from "./server";

const SEVERITIES = ["debug", "info", "warning", "error"] as const;

export function engineService(protos: Protos, events: EventLog): Handlers {
  let root = "";
  return {
    log: (request) => {
      const severity = SEVERITIES[request.getSeverity() as number] ?? "info";
      if (severity === "debug") return Promise.resolve(new protos.empty.Empty());
      events.diagnostic({
        severity,
        urn: request.getUrn(),
        message: request.getMessage(),
        streamID: request.getStreamid(),
        ephemeral: request.getEphemeral(),
      });
      return Promise.resolve(new protos.empty.Empty());
    },
    getRootResource: () => {
      const response = new protos.engine.GetRootResourceResponse();
      response.setUrn(root);
      return Promise.resolve(response);
    },
    setRootResource: (request) => {
      root = request.getUrn();
      return Promise.resolve(new protos.engine.SetRootResourceResponse());
    },
    startDebugging: () => Promise.resolve(new protos.empty.Empty()),
    requirePulumiVersion: () => Promise.resolve(new protos.engine.RequirePulumiVersionResponse()),
  };
}
