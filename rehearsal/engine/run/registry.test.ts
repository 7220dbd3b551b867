import type { Provider } from "../provider";
import { resource } from "../testing/resource";
import { ProviderRegistry } from "./registry";

test("what was started before its inputs came anew is closed, too", async () => {
  const calls: string[] = [];
  const call = (name: string) => () => Promise.resolve(calls.push(name));
  const provider = { configure: call("start"), close: call("close") } as unknown as Provider;
  const urn = "urn:pulumi:dev::tested::pulumi:providers:test::given";
  const given = resource("given", { urn, id: "1", type: "pulumi:providers:test" });
  const registry = new ProviderRegistry({ test: () => provider }, [given]);
  await registry.get(`${urn}::1`);
  registry.add(given);
  await registry.get(`${urn}::1`);
  await registry.close();
  expect(calls).toEqual(["start", "start", "close", "close"]);
});
