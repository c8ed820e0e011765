import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `npm run test:browser`: the pages in a real browser, apart from the tests that need none. */
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: { include: ["test/browser/*.browser.ts"], testTimeout: 120_000, hookTimeout: 60_000, fileParallelism: false },
});
