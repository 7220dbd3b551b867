import { ofThisMachine } from "./doctor";

test("what `npx` puts before the machine's own programs is not looked at", () => {
  expect(ofThisMachine("/src/flowfleet/node_modules/.bin:/src/node_modules/.bin:/usr/local/bin:/usr/bin")).toBe("/usr/local/bin:/usr/bin");
});
