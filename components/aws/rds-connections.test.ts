import { connectionsOf } from "./rds-connections";

it.each([
  ["db.t4g.micro", 84],
  ["db.t4g.small", 197],
  ["db.t4g.medium", 422],
  ["db.t4g.large", 873],
  ["db.t4g.xlarge", 1774],
  ["db.m7g.2xlarge", 3576],
  ["db.r6i.4xlarge", 5000],
  ["db.x9.huge", 84],
])("a %s takes %i", (instanceClass, connections) => {
  expect(connectionsOf(instanceClass)).toBe(connections);
});
