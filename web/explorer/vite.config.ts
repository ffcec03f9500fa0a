import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// base "./": one build serves at any base path. Nothing is inlined and nothing is polyfilled with a script in the page,
// because the content security policy of the explorer refuses both.
export default defineConfig({
  base: "./",
  plugins: [react()],
  worker: { format: "es" },
  build: {
    outDir: "../headwater_web/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
  },
  server: { proxy: { "/graphql": "http://127.0.0.1:7070" } },
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 60_000 },
});
