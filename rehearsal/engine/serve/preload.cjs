// Loaded into the program's process before anything else. The program and the SDK run unmodified; some things of theirs cost too much:
// - Node 20's util.inspect(error, {colors: true}) loops for half a minute on the stack lines that @pulumi/pulumi's source maps produce.
//   Without colours the text is the same and there is no loop.
// - `@pulumi/pulumi` loads its automation API, npm's dependency tree and the TypeScript compiler, which programs hardly ever use (the latter
//   two to serialize functions) and which take most of the SDK's start: loaded when touched.
// - The SDK writes a stack trace, with source maps, for each of its promises, which it prints only if it is asked to (a third of the time
//   that a program takes): left out unless it is.
// - The SDK tells the engine five debugging messages for each resource, each once the one before has been answered, and the program's end waits
//   for the last. This engine reads none of them: not sent.
// - scrypt is slow on purpose: where FLOWFLEET_KNOWN_HASHES names a file, each hash is in it after the first time. Only for programs whose
//   secrets are stand-ins.
"use strict";
const Module = require("node:module");
const util = require("node:util");
const { keepHashes } = require("./known-hashes.cjs");
const { withoutStack } = require("./without-stack.cjs");

const inspect = util.inspect;
util.inspect = Object.assign(function (value, options, ...rest) {
  const plain = value instanceof Error && options && options.colors ? { ...options, colors: false } : options;
  return inspect.call(util, value, plain, ...rest);
}, inspect);

if (process.env.FLOWFLEET_KNOWN_HASHES) keepHashes(process.env.FLOWFLEET_KNOWN_HASHES);

/** What is required, by which module of the SDK. */
const HARDLY_EVER = [
  ["./automation", "index.js"],
  ["@npmcli/arborist", "runtime/closure/codePaths.js"],
  ["../../typescript-shim", "runtime/closure/parseFunction.js"],
];

const load = Module._load;
Module._load = function (request, parent, isMain) {
  const from = (parent && parent.filename && parent.filename.replaceAll("\\", "/")) || "";
  if (HARDLY_EVER.some(([wanted, by]) => request === wanted && from.endsWith(`/@pulumi/pulumi/${by}`))) {
    return lazy(() => load.call(this, request, parent, isMain));
  }
  const loaded = load.call(this, request, parent, isMain);
  if (from.includes("/@pulumi/pulumi/")) {
    if (request.endsWith("/log")) replace(loaded, "debug", () => () => Promise.resolve());
    if (request.endsWith("/debuggable") && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) replace(loaded, "debuggablePromise", withoutStack);
  }
  return loaded;
};

const replaced = new WeakSet();
/** Once, and not before it is there: modules that require each other see one that is not all loaded. */
function replace(exported, name, by) {
  const own = exported[name];
  if (typeof own !== "function" || replaced.has(own)) return;
  exported[name] = by(own);
  replaced.add(exported[name]);
}
function lazy(loadModule) {
  let loaded;
  const target = () => (loaded ??= loadModule());
  return new Proxy(
    {},
    {
      get: (_, key) => (key === "__esModule" ? true : target()[key]),
      has: (_, key) => key in target(),
      ownKeys: () => Reflect.ownKeys(target()),
      getOwnPropertyDescriptor: (_, key) => {
        const descriptor = Object.getOwnPropertyDescriptor(target(), key);
        return descriptor && { ...descriptor, configurable: true };
      },
    },
  );
}
