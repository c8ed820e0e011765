import { defineConfig } from "vitest/config";

const NINETY = { lines: 90, branches: 90 };

export default defineConfig({
  test: {
    include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    // One a core; left alone vitest keeps a core free, which on two of them is half.
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default"],
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      exclude: ["**/*.test.ts", "**/index.ts"],
      thresholds: {
        lines: 80,
        branches: 80,
        "packages/domain/src/redact/**": NINETY,
        "packages/domain/src/ledger/**": NINETY,
        "packages/domain/src/policy-document/**": NINETY,
        "packages/domain/src/response-policy.ts": NINETY,
        "packages/domain/src/approval-decision.ts": NINETY,
        "packages/app/src/decide-approval.ts": NINETY,
        "packages/app/src/decide-by-link.ts": NINETY,
        "packages/events/src/**": NINETY,
      },
    },
  },
});
