import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What ECS answers to `DescribeServices`, `ListTasks` and `DescribeTasks`, in its own words. The last of several answers stays. */
export type Script = Readonly<Partial<Record<"DescribeServices" | "ListTasks" | "DescribeTasks", readonly object[]>>>;

export interface ScriptedEcs {
  /** For `AWS_ENDPOINT_URL`. */
  url: string;
  /** Names of the calls, with their bodies. */
  calls: { action: string; body: Record<string, unknown> }[];
  close(): Promise<void>;
}

/** ECS' API on loopback, which says what a test has it say. */
export async function scriptedEcs(script: Script): Promise<ScriptedEcs> {
  const calls: ScriptedEcs["calls"] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const action = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
      const asked = calls.filter((call) => call.action === action).length;
      calls.push({ action, body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown> });
      const answers = script[action as keyof Script];
      const answer = answers?.[asked] ?? answers?.at(-1);
      response.writeHead(answer === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer ?? { __type: "InvalidParameterException", message: `no script for ${action}` }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

export const TASKS = "arn:aws:ecs:eu-central-1:123456789012:task-definition";
/** A task definition's ARN by its revision. */
export const revision = (number: number): string => `${TASKS}/flowstack-app:${number}`;

export const deployment = (more: object): object => ({
  id: "ecs-svc/1",
  status: "PRIMARY",
  taskDefinition: revision(2),
  desiredCount: 2,
  runningCount: 2,
  failedTasks: 0,
  rolloutState: "COMPLETED",
  rolloutStateReason: "ECS deployment ecs-svc/1 completed.",
  ...more,
});

export const service = (deployments: readonly object[], messages: readonly string[] = []): object => ({
  services: [
    {
      serviceName: "flowstack-app",
      status: "ACTIVE",
      deployments,
      events: messages.map((message, index) => ({ id: String(index), message, createdAt: 1_763_700_000 })),
    },
  ],
  failures: [],
});
