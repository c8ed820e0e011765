import type { JsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import { packablesOf, packRules } from "./pack-rules.ts";
import { route } from "./types.ts";

const called = (service: string, eventName: readonly unknown[], more: object = {}) =>
  ({ detail: { eventSource: [`${service}.amazonaws.com`], eventName, ...more } }) as JsonObject;
const write = (...patterns: readonly JsonObject[]) => ({ patterns, readOnly: false });
const read = (...patterns: readonly JsonObject[]) => ({ patterns, readOnly: true });
const succeeded = { errorCode: [{ exists: false }] };
const ALL = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

describe("packing", () => {
  test("patterns alike but for their eventNames become one rule", () => {
    const packed = packRules([
      write(called("iam", ["CreateUser"], succeeded), called("iam", ["CreateRole"], succeeded)),
    ]);
    expect(packed).toEqual([
      { name: "write-iam", state: "ENABLED", pattern: called("iam", ["CreateRole", "CreateUser"], succeeded) },
    ]);
  });

  test("an eventName that two patterns name lies in one rule, with what both ask for", () => {
    const packed = packRules([
      write(called("iam", ["CreateUser"], { ...succeeded, userIdentity: { type: ["Root"] } })),
      write(called("iam", ["CreateUser"], succeeded)),
    ]);
    expect(packed.map(({ pattern }) => pattern)).toEqual([called("iam", ["CreateUser"], succeeded)]);
  });

  test("fields whose values differ are dropped and sources united, for one eventName", () => {
    const packed = packRules([
      write(called("iam", ["Tag"], { userIdentity: { type: ["Root"] } })),
      write(called("sts", ["Tag"], { userIdentity: { type: ["IAMUser"] } })),
    ]);
    expect(packed).toEqual([
      {
        name: "write-any",
        state: "ENABLED",
        pattern: { detail: { eventSource: ["iam.amazonaws.com", "sts.amazonaws.com"], eventName: ["Tag"] } },
      },
    ]);
  });

  test("read-only and write-only stay apart, and a name that both want is in the rule that gets both", () => {
    const packed = packRules([
      write(called("ssm", ["PutParameter", "GetParameters"])),
      read(called("ssm", ["GetParameters"])),
    ]);
    expect(packed).toEqual([
      { name: "read-ssm", state: ALL, pattern: called("ssm", ["GetParameters"]) },
      { name: "write-ssm", state: "ENABLED", pattern: called("ssm", ["PutParameter"]) },
    ]);
  });

  test("a pattern without exact eventNames keeps its own rule, as it is", () => {
    const finding = { source: ["aws.guardduty"], "detail-type": ["GuardDuty Finding"] };
    const prefixed = called("lambda", [{ prefix: "UpdateFunctionCode" }]);
    expect(packRules([write(finding, prefixed, finding)]).map(({ pattern }) => pattern)).toEqual([prefixed, finding]);
  });

  test("exact names leave a pattern that also has others", () => {
    const packed = packRules([write(called("lambda", ["Invoke", { prefix: "Add" }]))]);
    expect(packed.map(({ pattern }) => pattern)).toEqual([
      called("lambda", ["Invoke"]),
      called("lambda", [{ prefix: "Add" }]),
    ]);
  });

  test("a pattern with $or is left alone", () => {
    const pattern = { $or: [called("iam", ["CreateUser"]), called("sts", ["GetCallerIdentity"])] };
    expect(packRules([write(pattern)]).map((rule) => rule.pattern)).toEqual([pattern]);
  });

  test("a rule never has more than 2,048 characters", () => {
    const names = Array.from({ length: 300 }, (_, index) => `ChangeOneOfManyThings${index}`);
    const packed = packRules([write(called("iam", names))]);
    expect(Math.max(...packed.map(({ pattern }) => JSON.stringify(pattern).length))).toBeLessThanOrEqual(2048);
    expect(packed).toHaveLength(5);
    expect(new Set(packed.map(({ name }) => name)).size).toBe(packed.length);
  });

  test("where rules are too many, write-only ones lose fields first and read-only ones last", () => {
    const patterns = Array.from({ length: 50 }, (_, index) =>
      called("iam", [`Write${index}`], { requestParameters: { name: [`n${index}`] } }),
    );
    const reads = called("iam", ["GetUser"], { requestParameters: { name: ["root"] } });
    expect(packRules([write(...patterns), read(reads)], { rulesMax: 51 })).toHaveLength(51);
    const packed = packRules([write(...patterns), read(reads)], { rulesMax: 50 });
    expect(packed.map(({ name }) => name)).toEqual(["write-iam", "read-iam"]);
    expect(packed.at(-1)?.pattern).toEqual(reads);
  });

  test("the order of patterns and of their values makes no difference", () => {
    const a = called("iam", ["A", "B"], succeeded);
    const b = called("sts", ["C"], { ...succeeded, userIdentity: { type: ["Root", "IAMUser"] } });
    const turned = called("sts", ["C"], { userIdentity: { type: ["IAMUser", "Root"] }, ...succeeded });
    expect(packRules([write(turned), write(called("iam", ["B", "A"], succeeded))])).toEqual(packRules([write(a, b)]));
  });

  test("a route's patterns are packed by what it says of them", () => {
    const reads = called("ssm", ["GetParameters"]);
    const writes = called("ssm", ["PutParameter"]);
    const one = route("r", { patterns: [reads, writes], readOnlyPatterns: [reads], workflow: "intake" });
    expect(packRules(packablesOf(one))).toEqual(packRules([read(reads), write(writes)]));
  });
});
