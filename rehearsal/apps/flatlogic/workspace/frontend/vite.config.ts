import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const { version } = JSON.parse(readFileSync(new URL("../release.json", import.meta.url), "utf8"));

export default defineConfig({
  esbuild: { jsx: "automatic" },
  // The tunnel's name is not known here.
  server: { allowedHosts: true },
  preview: { allowedHosts: true },
  build: { sourcemap: true },
  plugins: [
    {
      name: "version",
      transformIndexHtml: (html: string) => html.replace("%VERSION%", version),
    },
  ],
});
