"use strict";

/** The same function; errors that are made in it have no stack. */
exports.withoutStack =
  (own) =>
  (...args) => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    try {
      return own(...args);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
