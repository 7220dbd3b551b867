// Jest's own environment for Node.js, in processes that compute each slow hash once: programs in tests have the same stand-ins again and again.
// It is loaded once for all test files of a process.
"use strict";
const { keepHashes } = require("../serve/known-hashes.cjs");

keepHashes();
module.exports = require("jest-environment-node");
