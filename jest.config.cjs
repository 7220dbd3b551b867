// Two projects: `unit` needs nothing but Node.js and Python 3, `e2e` brings throwaway servers up with Docker.
const shared = {
  testEnvironment: "node",
  transform: { "^.+\\.[mc]?[jt]s$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } }] },
  // The few dependencies that ship as ES modules only.
  transformIgnorePatterns: ["/node_modules/(?!(execa|log-update|p-limit|yocto-queue|is-plain-obj|is-stream|npm-run-path|path-key|pretty-ms|parse-ms|figures|get-stream|human-signals|strip-final-newline|unicorn-magic|is-unicode-supported|yoctocolors|@sindresorhus|@sec-ant|ansi-escapes|cli-cursor|restore-cursor|onetime|mimic-function|slice-ansi|ansi-styles|is-fullwidth-code-point|get-east-asian-width|strip-ansi|ansi-regex|wrap-ansi|string-width|environment)/)"],
  modulePathIgnorePatterns: ["<rootDir>/.flowfleet"],
};

module.exports = {
  projects: [
    { ...shared, displayName: "unit", testMatch: ["<rootDir>/**/*.test.ts"], testPathIgnorePatterns: ["/node_modules/", "/.flowfleet/", "\\.e2e\\.test\\.ts$"] },
    { ...shared, displayName: "e2e", testMatch: ["<rootDir>/**/*.e2e.test.ts"], testPathIgnorePatterns: ["/node_modules/", "/.flowfleet/"] },
  ],
};
