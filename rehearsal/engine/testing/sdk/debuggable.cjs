// Pulumi's SDK writes a stack trace for each of its promises, and Jest makes a hundred lines of each, with source maps: most of a test's time.
"use strict";
const own = require("@pulumi/pulumi/runtime/debuggable");
const { withoutStack } = require("../../serve/without-stack.cjs");

// Modules that require each other see one that is not all loaded yet.
module.exports = Object.setPrototypeOf({ debuggablePromise: withoutStack((...args) => own.debuggablePromise(...args)) }, own);
