"use strict";
// What applications import as "flowfleet/outputs". Plain JavaScript, so that it runs where nothing transforms TypeScript; its types are
// made from ../contract.ts.
const { readFileSync } = require("node:fs");

/** Of the contract that these types are of. A test compares it with ../version.ts. */
const CONTRACT = 2;

function check(version, where) {
  if (version === undefined || version === CONTRACT) return;
  throw new Error(
    `${where} is of version ${version} of Flowfleet's outputs, and these types are of version ${CONTRACT}: install the flowfleet that wrote it`,
  );
}

function need(value, name, where) {
  if (value === undefined) throw new Error(`${where} has no output "${name}"`);
  return value;
}

exports.outputs = {
  fromFile(file) {
    const read = JSON.parse(readFileSync(file, "utf8"));
    if (typeof read !== "object" || read === null || "deployment" in read)
      throw new Error(`${file} holds no outputs: write it by flowfleet outputs --format json --out ${file}`);
    check(read.contract, file);
    return { ...read, get: (name) => need(read[name], name, file) };
  },
  fromStack(reference) {
    const version = reference.getOutput("contract");
    return {
      get: (name) =>
        version.apply((found) => {
          check(found, "The stack");
          return reference.getOutput(name).apply((value) => need(value, name, "The stack"));
        }),
    };
  },
};
