import { describe, expect, test } from "vitest";
import { storeContract } from "./store.contract.ts";
import { freshTenant } from "./support/store-cases.ts";
import { SUBJECTS } from "./support/store-subjects.ts";
import { checkAgainstModel } from "./support/store-walks.ts";

// fast-check prints the seed of a failing run; SEED repeats it.
const seed = Number(process.env["SEED"] ?? Date.now() % 2 ** 31);

for (const kind of SUBJECTS) {
  storeContract(kind, (subject) => {
    describe("against a map", () => {
      test("random transactions change it just as they change the store", async (context) => {
        const opened = open(subject);
        if (opened === undefined) return context.skip(kind.why);
        const walked = await checkAgainstModel(opened, {
          seed,
          runs: kind.runs,
          tenants: () => [freshTenant(), freshTenant()],
        });
        expect(walked.conflicts, `seed ${seed}: some transactions conflict`).toBeGreaterThan(0);
        expect(walked.done, `seed ${seed}: some transactions are done`).toBeGreaterThan(0);
      }, 120_000);
    });
  });
}

function open<T>(subject: () => T): T | undefined {
  try {
    return subject();
  } catch {
    return undefined;
  }
}
