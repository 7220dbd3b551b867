import { Cluster } from "./cluster";
import { inputsOf, PLACE, recorded } from "./testing/tier";

const CAPACITY = "ecs/clusterCapacityProviders:ClusterCapacityProviders";

it("counts what its services use", async () => {
  const found = await recorded(() => new Cluster("cluster", { place: PLACE }));
  expect(inputsOf(found, "ecs/cluster:Cluster")).toMatchObject({
    name: "flowstack-prod",
    settings: [{ name: "containerInsights", value: "enabled" }],
  });
});

it("has usual machines and spare ones before services ask for either", async () => {
  const found = await recorded(() => new Cluster("cluster", { place: PLACE }));
  expect(inputsOf(found, CAPACITY)).toEqual({ clusterName: "flowstack-prod", capacityProviders: ["FARGATE", "FARGATE_SPOT"] });
  expect(found.outputs["cluster"]).toEqual({ arn: "arn:made-up:Cluster:cluster-cluster" });
});
