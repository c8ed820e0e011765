import { ok } from "@ephor/domain/result";
import { defineTask } from "@ephor/tasks/define-task";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { until } from "../support/until.ts";
import { withAdded } from "../synth/fixture/added.ts";
import { aWorld } from "./world.ts";

/* What `npm run synth` shows of AWS, of a node: the same addition to topology, its task's code, and nothing else. */

const ran: unknown[] = [];

vi.mock(import("@ephor/topology/topology"), async (shipped) => {
  const { topologyOf } = await shipped();
  return { topologyOf: (...args) => withAdded(topologyOf(...args)) };
});
vi.mock(import("@ephor/tasks/registry"), async (shipped) => {
  const registry = await shipped();
  const added = defineTask(z.looseObject({}), async (_: object, payload) => {
    ran.push(payload);
    return ok({ done: true });
  });
  return { ...registry, tasks: { ...registry.tasks, "added-task": added } };
});

const event = {
  ...{ version: "0", id: "7d1c9a52-0000-4000-8000-000000000001", source: "added.source", "detail-type": "Anything" },
  ...{ account: "111122223333", region: "eu-west-1", time: "2026-03-01T11:00:00Z", resources: [], detail: { n: 1 } },
};

test("a route, a workflow, a task and a schedule that topology adds run on a node", async () => {
  const world = await aWorld();
  await world.receive(event);
  const [execution] = await until("the added workflow's end", async () => {
    const lines = await world.executions("added-flow");
    return lines[0]?.status === "SUCCEEDED" && lines;
  });
  expect(execution).toMatchObject({ type: "standard", output: { Payload: { done: true } } });
  expect(ran).toContainEqual(expect.objectContaining({ event: expect.objectContaining({ source: "added.source" }) }));
  const before = ran.length;
  world.time.advance(3_600);
  await until("the added schedule", () => ran.length > before);
});
