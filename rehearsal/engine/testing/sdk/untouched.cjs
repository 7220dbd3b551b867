// Parts of Pulumi's SDK that take most of its start and that no unit test touches: its automation API, npm's dependency tree, the TypeScript compiler.
"use strict";
module.exports = new Proxy(
  {},
  {
    get: (_, key) => {
      if (key === "__esModule") return true;
      throw new Error(
        `unit and integration tests have no ${String(key)} of Pulumi's automation API, @npmcli/arborist or typescript: see jest.config.cjs`,
      );
    },
  },
);
