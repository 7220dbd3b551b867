import { inKilobytes, inMegabytes, inNginxUnits } from "./size";
import type { Size } from "./size";

it("counts in powers of 1024", () => {
  expect(inKilobytes("1 GB")).toBe(1_048_576);
  expect(inMegabytes("2 GB")).toBe(2048);
  expect(inMegabytes("0.5 GB")).toBe(512);
  expect(inMegabytes("2048 KB")).toBe(2);
});

it("writes what nginx reads", () => {
  expect(inNginxUnits("50 MB")).toBe("50m");
  expect(inNginxUnits("512 KB")).toBe("512k");
  expect(inNginxUnits("1 GB")).toBe("1024m");
});

it.each(["50", "50MB", "50 mb", "0 MB", "-1 MB", "0.3 KB"])("refuses %p", (text) => {
  expect(() => inKilobytes(text as Size)).toThrow(new RangeError(`must be a size above zero such as "50 MB", got "${text}"`));
});

it("refuses a part of a megabyte where megabytes count", () => {
  expect(() => inMegabytes("512 KB")).toThrow(new RangeError('must be a whole number of megabytes, got "512 KB"'));
});
