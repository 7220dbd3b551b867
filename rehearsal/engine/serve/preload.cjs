// Loaded into the program's process before anything else. The program and the SDK run unmodified; two things of theirs cost too much:
// - Node 20's util.inspect(error, {colors: true}) loops for half a minute on the stack lines that @pulumi/pulumi's source maps produce.
//   Without colours the text is the same and there is no loop.
// - `@pulumi/pulumi` loads its automation API, npm's dependency tree and the TypeScript compiler, which programs hardly ever use (the latter
//   two to serialize functions) and which take most of the SDK's start: loaded when touched.
"use strict";
const Module = require("node:module");
const util = require("node:util");

const inspect = util.inspect;
util.inspect = Object.assign(function (value, options, ...rest) {
  const plain = value instanceof Error && options && options.colors ? { ...options, colors: false } : options;
  return inspect.call(util, value, plain, ...rest);
}, inspect);

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
  return load.call(this, request, parent, isMain);
};

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
