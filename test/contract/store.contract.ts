import type { Tenant } from "@ephor/domain/tenant";
import { afterAll, beforeAll, describe, test } from "vitest";
import { expiry, queries } from "./store-reads.contract.ts";
import { limits, values } from "./store-values.contract.ts";
import { conditionalWrites, counters, transactions } from "./store-writes.contract.ts";
import { freshTenant } from "./support/store-cases.ts";
import type { Subject, SubjectKind } from "./support/store-subjects.ts";

/** The cases that every store must pass (architecture rule 8). Gives access to the open subject for further suites. */
export function storeContract(kind: SubjectKind, more: (subject: () => Subject) => void): void {
  describe(kind.name, () => {
    let opened: Subject | undefined;
    const subject = (): Subject => {
      if (opened === undefined) throw new Error(`${kind.name} is not open`);
      return opened;
    };
    beforeAll(async () => {
      opened = await kind.open();
      if (opened === undefined) console.warn(`${kind.name} is skipped: ${kind.why}`);
    }, 120_000);
    afterAll(async () => opened?.close());
    const check = (name: string, run: (given: Subject & { tenant: Tenant }) => Promise<void>) =>
      test(name, async (context) => {
        if (opened === undefined) return context.skip(kind.why);
        return run({ ...opened, tenant: freshTenant() });
      });

    describe("conditional writes", () => conditionalWrites(check));
    describe("transactions", () => transactions(check));
    describe("counters", () => counters(check));
    describe("queries", () => queries(check));
    describe("expiry", () => expiry(check));
    describe("limits", () => limits(check));
    describe("values", () => values(check));
    more(subject);
  });
}
