import type { JsonObject } from "@ephor/domain/json";
import type { PlannedCall } from "@ephor/domain/remediation";
import { describe, expect, test } from "vitest";
import { referredOutput, resolveInput, unifyCalls } from "./unify-calls.ts";

const call = (operation: string, input: JsonObject): PlannedCall => ({
  ...{ service: "ec2", operation, input, says: operation },
});
const from = (index: number, path: string) => ({ $from: { call: index, path } });
const none = new Map<number, JsonObject>();
const PLAN = [
  call("Create", { Name: "q" }),
  call("Allow", { Id: from(0, "/Group/Id"), Port: 22 }),
  call("Attach", { Ids: [from(0, "/Group/Id"), "other"] }),
];

describe("unifying calls", () => {
  test("the whole plan is itself, before anything was made", () => {
    expect(unifyCalls(PLAN, { rest: PLAN, from: 0, outputs: none })).toEqual(none);
  });

  test("what is left after a creation shows what it answered, the same everywhere", () => {
    const rest = [call("Allow", { Id: "sg-9", Port: 22 }), call("Attach", { Ids: ["sg-9", "other"] })];
    expect(unifyCalls(PLAN, { rest, from: 1, outputs: none })).toEqual(new Map([[0, { Group: { Id: "sg-9" } }]]));
    const torn = [call("Allow", { Id: "sg-9", Port: 22 }), call("Attach", { Ids: ["sg-8", "other"] })];
    expect(unifyCalls(PLAN, { rest: torn, from: 1, outputs: none })).toBeUndefined();
  });

  test("an answer that is known has to be the one that is seen", () => {
    const outputs = new Map([[0, { Group: { Id: "sg-9" } }]]);
    const rest = (id: string) => [call("Attach", { Ids: [id, "other"] })];
    expect(unifyCalls(PLAN, { rest: rest("sg-9"), from: 2, outputs })).toEqual(outputs);
    expect(unifyCalls(PLAN, { rest: rest("sg-8"), from: 2, outputs })).toBeUndefined();
  });

  test("references to calls that are still to come count from the start of what is left", () => {
    const plan = [call("Block", { A: 1 }), call("Create", {}), call("Use", { Id: from(1, "/Id") })];
    const rest = (index: number) => [call("Create", {}), call("Use", { Id: from(index, "/Id") })];
    expect(unifyCalls(plan, { rest: rest(0), from: 1, outputs: none })).toEqual(none);
    expect(unifyCalls(plan, { rest: rest(1), from: 1, outputs: none })).toBeUndefined();
  });

  test.each([
    ["another operation", [call("Allow", { Id: "sg-9", Port: 22 }), call("Detach", { Ids: ["sg-9", "other"] })]],
    ["another value", [call("Allow", { Id: "sg-9", Port: 23 }), call("Attach", { Ids: ["sg-9", "other"] })]],
    ["one member more", [call("Allow", { Id: "sg-9", Port: 22, X: 1 }), call("Attach", { Ids: ["sg-9", "other"] })]],
    ["one member less", [call("Allow", { Id: "sg-9" }), call("Attach", { Ids: ["sg-9", "other"] })]],
    ["another length", [call("Allow", { Id: "sg-9", Port: 22 }), call("Attach", { Ids: ["sg-9"] })]],
    ["one call less", [call("Allow", { Id: "sg-9", Port: 22 })]],
  ])("%s is not the plan", (_, rest) => {
    expect(unifyCalls(PLAN, { rest, from: 1, outputs: none })).toBeUndefined();
  });

  test("a null is not an absent member", () => {
    const plan = [call("Set", { A: null })];
    expect(unifyCalls(plan, { rest: [call("Set", { B: null })], from: 0, outputs: none })).toBeUndefined();
  });
});

describe("references", () => {
  test("take their values from what was answered, through lists too", () => {
    const outputs = new Map<number, JsonObject>([[0, { Groups: [{ "a/b": "x" }] }]]);
    expect(resolveInput({ Id: from(0, "/Groups/0/a~1b") }, outputs)).toEqual({ Id: "x" });
    expect(resolveInput({ Id: from(0, "/Groups/1/a~1b") }, outputs)).toBeUndefined();
    expect(resolveInput({ Ids: [from(1, "/X")] }, outputs)).toBeUndefined();
  });

  test("nothing that a prototype holds is an answer", () => {
    expect(resolveInput({ Id: from(0, "/constructor") }, new Map([[0, {}]]))).toBeUndefined();
  });

  test("only what later calls refer to is kept of an answer", () => {
    const kept = referredOutput(PLAN, { index: 0, answer: { Group: { Id: "sg-9", Secret: "s" }, Token: "t" } });
    expect(kept).toEqual({ Group: { Id: "sg-9" } });
    expect(referredOutput(PLAN, { index: 2, answer: { Anything: 1 } })).toEqual({});
  });

  test("what is kept answers the same reference, also out of a list", () => {
    const plan = [call("Create", {}), call("Use", { Id: from(0, "/Items/0/Id") })];
    const kept = referredOutput(plan, { index: 0, answer: { Items: [{ Id: "i-1", More: 1 }] } });
    expect(resolveInput(plan[1]?.input ?? {}, new Map([[0, kept]]))).toEqual({ Id: "i-1" });
  });
});
