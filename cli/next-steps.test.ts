import { nextSteps } from "./next-steps";

test("where something is in AWS, the task on this machine is told, and how to ask the emulator", () => {
  const url = "http://127.20.1.207:3000";
  const task = { system: "flowstack", url, healthUrl: `${url}/api/v1/ping`, containerName: "flowfleet-prod-1-task" };
  const aws = { endpoint: "http://127.20.1.205:5000", region: "eu-central-1", task };
  const lines = nextSteps({ stack: "prod", stacks: ["prod"], ca: "ca.pem", machines: [], urls: [], aws }, "9.6 s").split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "  Open          flowstack: http://127.20.1.207:3000 (one task, without its load balancer)",
      "  Try           curl http://127.20.1.207:3000/api/v1/ping",
      "  AWS           AWS_ENDPOINT_URL=http://127.20.1.205:5000 AWS_ACCESS_KEY_ID=rehearsal AWS_SECRET_ACCESS_KEY=rehearsal aws --region eu-central-1 ecs list-clusters",
      "  Look around   docker logs flowfleet-prod-1-task",
      "                npx flowfleet outputs --stack prod --rehearsal",
    ]),
  );
  // What is planned is the committed configuration, not what stands there.
  expect(lines.join("\n")).not.toContain("flowfleet plan");
});
