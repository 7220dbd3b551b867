import { defineConfig } from "vite";

// JSX by esbuild itself: a page this small needs no plug-in.
export default defineConfig({ esbuild: { jsx: "automatic" } });
