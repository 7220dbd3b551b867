import { Cluster } from "./cluster";
import { inputsOf, PLACE, recorded } from "./testing/tier";

const CAPACITY = "ecs/clusterCapacityProviders:ClusterCapacityProviders";

it("counts what its services use", async () => {
  const found = await recorded(() => new Cluster("cluster", { place: PLACE }));
  expect(inputsOf(found, "ecs/cluster:Cluster")).toMatchObject({
    name: "flowstack-prod",
    settings: [{ name: "containerInsights", value: "enabled" }],
  });
  expect(found.resources.some(({ type }) => type.endsWith(CAPACITY))).toBe(false);
});

it("has spare machines where services may ask for them, before any of them can", async () => {
  const found = await recorded(() => new Cluster("cluster", { place: PLACE, spot: true }));
  expect(inputsOf(found, CAPACITY)).toEqual({ clusterName: "flowstack-prod", capacityProviders: ["FARGATE", "FARGATE_SPOT"] });
  expect(found.outputs["cluster"]).toEqual({ arn: "arn:made-up:Cluster:cluster-cluster" });
});
