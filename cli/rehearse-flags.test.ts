import { flagProblems, type RehearseFlags } from "./rehearse-flags";

const flags = (more: Partial<RehearseFlags> = {}): RehearseFlags => ({ stack: "prod", os: "debian-12", images: "local", ...more });

test.each([
  {},
  { systems: ["flowra"], twice: true, images: "real", os: "ubuntu-24.04" },
  { status: true, json: true },
  { down: true },
  { ssh: "prod-main" },
])("%j is right", (more) => {
  expect(flagProblems(flags(more))).toEqual([]);
});

test("everything that is wrong is told at once", () => {
  const all = { systems: ["flowra"], twice: true, json: true, down: true, ssh: "main", os: "arch", images: "best" };
  expect(flagProblems(flags(all))).toEqual([
    "--down, --status and --ssh exclude each other: give one of them.",
    "--systems is for bringing a stack up: leave it out with --down, --ssh.",
    "--twice is for bringing a stack up: leave it out with --down, --ssh.",
    "--json says how --status prints: give --status with it.",
    "--os arch: must be one of debian-12, ubuntu-22.04, ubuntu-24.04.",
    "--images best: must be local or real.",
  ]);
});

test.each([
  [{ json: true }, "--json says how --status prints: give --status with it."],
  [{ status: true, twice: true }, "--twice is for bringing a stack up: leave it out with --status."],
])("%j is refused", (more, problem) => {
  expect(flagProblems(flags(more))).toEqual([problem]);
});
