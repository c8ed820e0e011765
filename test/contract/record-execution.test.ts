import type { ExecutionLine } from "@ephor/app/items";
import { decode } from "@ephor/app/items";
import { executionKey } from "@ephor/app/keys";
import { recordExecution, type ToldExecution } from "@ephor/app/record-execution";
import { executionIdOf } from "@ephor/domain/ids";
import { timestamp } from "@ephor/domain/time";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshTenant } from "./support/store-cases.ts";
import { SUBJECTS, type Subject } from "./support/store-subjects.ts";

const START = 1_900_000_000_000;
const id = executionIdOf("arn:aws:states:eu-central-1:111122223333:execution:respond:one");
const told = (more: Partial<ToldExecution> = {}): ToldExecution => ({
  ...{ id, workflow: "respond", name: "one", type: "standard", status: "RUNNING", startedAt: timestamp(START) },
  ...{ endedAt: null, error: null, cause: null, correlationId: "corr-12345678", input: { v: 1 }, output: null },
  ...more,
});
const started = told();
const failed = told({ status: "FAILED", endedAt: timestamp(START + 1_000), error: "store.invalid", input: undefined });
const redriven = told({ status: "SUCCEEDED", endedAt: timestamp(START + 9_000), output: 1, input: undefined });

const ORDERS = [
  [started, failed, redriven],
  [started, redriven, failed],
  [failed, started, redriven],
  [failed, redriven, started],
  [redriven, started, failed],
  [redriven, failed, started],
];

describe.each(SUBJECTS)("an execution's line on $name", ({ open, why }) => {
  let subject: Subject | undefined;
  beforeAll(async () => {
    subject = await open();
  }, 60_000);
  afterAll(() => subject?.close());

  const lineAfter = async ({ store }: Subject, order: readonly ToldExecution[]): Promise<ExecutionLine | undefined> => {
    const tenant = freshTenant();
    for (const one of order) await recordExecution({ store, retention: { executionDays: 90 } }, { tenant, told: one });
    const item = await store.get(executionKey(tenant, id));
    return item && decode("execution", item);
  };

  test("ends the same in every order of what is told of it, each told twice", async (given) => {
    if (subject === undefined) return given.skip(why);
    for (const order of ORDERS) {
      const line = await lineAfter(subject, [...order, ...order]);
      expect(line).toMatchObject({ status: "SUCCEEDED", endedAt: redriven.endedAt, error: null, output: 1 });
    }
  });

  test("keeps an input that a later event leaves out, and a start changes nothing that is there", async (given) => {
    if (subject === undefined) return given.skip(why);
    expect(await lineAfter(subject, [started, failed])).toMatchObject({ status: "FAILED", input: { v: 1 } });
    expect(await lineAfter(subject, [failed, started])).toMatchObject({ status: "FAILED", input: null });
  });

  test("is written by one of those that race, and the end wins", async (given) => {
    if (subject === undefined) return given.skip(why);
    const { store } = subject;
    const tenant = freshTenant();
    const racing = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? started : redriven));
    const d = { store, retention: { executionDays: 90 } };
    const done = await Promise.all(racing.map((one) => recordExecution(d, { tenant, told: one })));
    expect(done.filter(({ ok }) => !ok)).toEqual([]);
    const item = await store.get(executionKey(tenant, id));
    expect(item && decode("execution", item)).toMatchObject({ status: "SUCCEEDED" });
  });
});

test("an execution's id is its own on a node, and one of the same form for an ARN", () => {
  expect(id).toMatch(/^run_[0-9a-v]{26}$/);
  expect(executionIdOf(id)).toBe(id);
  expect(executionIdOf("arn:aws:states:eu-central-1:111122223333:execution:respond:two")).not.toBe(id);
});
