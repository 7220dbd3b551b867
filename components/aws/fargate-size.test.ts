import type { Size } from "../kernel/size";
import { fargateSize, fargateSizeProblems, TABLE } from "./fargate-size";

it.each<[number, Size]>([
  [0.25, "512 MB"],
  [0.25, "2 GB"],
  [0.5, "4 GB"],
  [1, "2 GB"],
  [2, "16 GB"],
  [4, "30 GB"],
  [8, "60 GB"],
  [16, "120 GB"],
])("takes %d vCPU with %s", (cpus, memory) => {
  expect(fargateSizeProblems("limits", { cpus, memory })).toEqual([]);
});

it.each<[number, Size]>([
  [0.25, "3 GB"],
  [0.5, "512 MB"],
  [1, "1 GB"],
  [1, "2500 MB"],
  [4, "7 GB"],
  [8, "18 GB"],
  [16, "36 GB"],
  [3, "8 GB"],
])("refuses %d vCPU with %s, and shows the table", (cpus, memory) => {
  expect(fargateSizeProblems("limits", { cpus, memory })).toEqual([
    { path: "limits", wrong: "is no pair of CPU and memory that Fargate has", got: `${cpus} vCPU, ${memory}`, allowed: TABLE },
  ]);
});

it("has the table that AWS has", () => {
  expect(TABLE).toBe(
    "0.25 vCPU: 0.5/1/2 GB, 0.5 vCPU: 1 to 4 GB, 1 vCPU: 2 to 8 GB, 2 vCPU: 4 to 16 GB, 4 vCPU: 8 to 30 GB, " +
      "8 vCPU: 16 to 60 in steps of 4 GB, 16 vCPU: 32 to 120 in steps of 8 GB",
  );
});

it("says what cannot be read", () => {
  expect(fargateSizeProblems("limits", { cpus: 1, memory: "2GB" as Size })).toEqual([
    { path: "limits/memory", wrong: 'must be a size above zero such as "50 MB", got "2GB"' },
  ]);
});

it("counts as Fargate does", () => {
  expect(fargateSize({ cpus: 0.5, memory: "1 GB" })).toEqual({ cpu: "512", memory: "1024" });
});
