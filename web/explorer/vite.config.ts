import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** GraphiQL's style sheet holds 380 kB of fonts; the page uses the system's, as all pages do. */
const withoutFonts: Plugin = {
  name: "without-fonts",
  enforce: "pre",
  transform: (code, id) =>
    id.includes("graphiql/dist/style.css") ? code.replaceAll(/@font-face\s*{[^}]*}/g, "") : null,
};

// base "./": one build serves at any base path. Nothing is inlined and nothing is polyfilled with a script in the page,
// because the content security policy of the explorer refuses both.
export default defineConfig({
  base: "./",
  plugins: [react(), withoutFonts],
  worker: { format: "es" },
  build: {
    outDir: "../headwater_web/static",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    // GraphiQL is a page of its own: the explorer's bundle must not carry it.
    rollupOptions: { input: ["index.html", "graphiql.html"] },
  },
  server: { proxy: { "/graphql": "http://127.0.0.1:7070" } },
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 60_000 },
});
