"use strict";
// Pulumi starts this file. It has a transformer of its own for TypeScript, which checks types each time it starts and is of another
// version than ours: ours takes its place.
require("tsx/cjs/api").register();
require("./pack.ts");
