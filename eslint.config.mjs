import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      ".flowfleet/",
      "rehearsal/engine/recordings/*/",
      "rehearsal/apps/*/frontend/",
      "rehearsal/apps/coreflow/",
      "rehearsal/apps/flatlogic/",
      "**/*.cjs",
      "**/*.mjs",
      "**/*.js",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // `new NginxSite(...)` registers a resource; the object itself is often not needed.
      "no-new": "off",
      "@typescript-eslint/no-extraneous-class": "off",
    },
  },
  {
    // Each command loads what it needs when it runs, and so does a provider with large clients. `import()` would go past the transformer that the launcher has registered.
    files: ["cli/commands/*.ts", "rehearsal/providers/aws/index.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
