import {
  atLeast,
  containerUserProblems,
  durationProblems,
  imageProblems,
  limitsProblems,
  requestPathProblems,
  reservationsProblems,
  secondOrMoreProblems,
  tmpfsProblems,
  variableProblems,
} from "./workload-problems";

const DIGEST = `sha256:${"0".repeat(64)}`;

it.each(["registry.example.com:5000/shop/backend", "docker.io/library/mongo", "backend"])("takes the image %s", (image) => {
  expect(imageProblems("image", image, DIGEST)).toEqual([]);
});

it.each(["mongo:6", "registry.example.com/shop:latest", `mongo@${DIGEST}`, "Mongo", ""])("refuses the image %p", (image) => {
  expect(imageProblems("image", image, DIGEST)).toEqual([
    { path: "image/image", wrong: "must be a repository without tag and digest", got: image },
  ]);
});

it("refuses what is no digest", () => {
  expect(imageProblems("image", "mongo", "latest")).toEqual([
    { path: "image/digest", wrong: 'must be "sha256:" and 64 hexadecimal digits', got: "latest" },
  ]);
});

it("knows users other than root by their numbers", () => {
  expect(["999:999", "1000:0"].flatMap((user) => containerUserProblems("user", user))).toEqual([]);
  expect(["root", "0:0", "0:10", "999", "a:b"].flatMap((user) => containerUserProblems("user", user))).toHaveLength(5);
});

it("knows names of variables, durations and least values", () => {
  expect(variableProblems("environment", ["A_1", "1A", "A-B"]).map(({ got }) => got)).toEqual(["1A", "A-B"]);
  expect(durationProblems({ a: "1 second", b: undefined, c: "soon" as "1 second" }).map(({ path }) => path)).toEqual(["c"]);
  expect(atLeast("n", 1, 1)).toEqual([]);
  expect(atLeast("n", NaN, 1)).toEqual([{ path: "n", wrong: "must be at least 1", got: NaN }]);
});

it("knows durations of a second or more", () => {
  expect(secondOrMoreProblems({ a: "1 second", b: undefined, every: "0 seconds" })).toEqual([
    { path: "every", wrong: 'must be at least a second, got "0 seconds"' },
  ]);
});

it("knows paths of requests", () => {
  expect(requestPathProblems("health/path", "/api/health?deep=1")).toEqual([]);
  expect(["health", "", "/a b"].flatMap((path) => requestPathProblems("health/path", path))).toHaveLength(3);
});

it("lets nothing be kept that is above the limit", () => {
  const limits = { memory: "1 GB", cpus: 1 } as const;
  expect(limitsProblems(limits)).toEqual([]);
  expect(reservationsProblems(undefined, limits)).toEqual([]);
  expect(reservationsProblems(limits, limits)).toEqual([]);
  expect(reservationsProblems({ memory: "2 GB", cpus: 2 }, limits)).toEqual([
    { path: "reservations/memory", wrong: 'must not be above the limit 1 GB, got "2 GB"' },
    { path: "reservations/cpus", wrong: "must not be above the limit 1", got: 2 },
  ]);
});

it("names a memory file system by its folder", () => {
  expect(tmpfsProblems()).toEqual([]);
  expect(tmpfsProblems({ "/tmp": "1 MB", "/run": "1 KB" })).toEqual([
    { path: "tmpfs/run", wrong: 'must be a whole number of megabytes, got "1 KB"' },
  ]);
});
