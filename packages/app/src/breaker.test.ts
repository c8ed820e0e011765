import { addSeconds, timestamp } from "@ephor/domain/time";
import { expect, test } from "vitest";
import { breakers, type CallOutcome, DESTINATION } from "./breaker.ts";

function aBreaker() {
  let now = timestamp(Date.UTC(2026, 0, 1));
  const breaker = breakers({ clock: { now: () => now } }, DESTINATION);
  const call = (outcome: CallOutcome, destination = "a") => {
    const admission = breaker.admit(destination);
    if (admission.isAdmitted) admission.done(outcome);
    return admission.isAdmitted;
  };
  return {
    breaker,
    call,
    fail: (times: number) => Array.from({ length: times }, () => call("failure")),
    pass: (seconds: number) => {
      now = addSeconds(now, seconds);
    },
  };
}

test("five failures in a row open it, and no fewer", () => {
  const { call, fail } = aBreaker();
  fail(4);
  expect(call("success")).toBe(true);
  fail(4);
  expect(call("failure")).toBe(true);
  expect(call("success")).toBe(false);
});

test("each destination has its own", () => {
  const { call, fail } = aBreaker();
  fail(5);
  expect([call("success"), call("success", "b")]).toEqual([false, true]);
});

test("after a minute one call at a time is let through, and two successes close it", () => {
  const { breaker, call, fail, pass } = aBreaker();
  fail(5);
  pass(59);
  expect(breaker.admit("a")).toEqual({ isAdmitted: false, retryAfterSeconds: 1 });
  pass(1);
  const probe = breaker.admit("a");
  expect(probe.isAdmitted).toBe(true);
  expect(call("success")).toBe(false);
  if (probe.isAdmitted) probe.done("success");
  expect(call("success")).toBe(true);
  expect([breaker.admit("a").isAdmitted, breaker.admit("a").isAdmitted]).toEqual([true, true]);
});

test("a failure of the one that is let through opens it for another minute", () => {
  const { call, fail, pass } = aBreaker();
  fail(5);
  pass(60);
  expect(call("failure")).toBe(true);
  pass(59);
  expect(call("success")).toBe(false);
  pass(1);
  expect(call("success")).toBe(true);
});

test("what says nothing of its health neither opens nor closes it", () => {
  const { call, fail, pass } = aBreaker();
  Array.from({ length: 20 }, () => call("neither"));
  fail(4);
  expect(call("neither")).toBe(true);
  expect(call("failure")).toBe(true);
  pass(60);
  expect([call("neither"), call("success"), call("success")]).toEqual([true, true, true]);
});

test("a call from before it opened, which ends late, is no success of the one that is let through", () => {
  const { breaker, call, fail, pass } = aBreaker();
  const old = breaker.admit("a");
  fail(5);
  pass(60);
  const probe = breaker.admit("a");
  if (old.isAdmitted) old.done("success");
  expect(call("success")).toBe(false);
  if (probe.isAdmitted) probe.done("failure");
  expect(call("success")).toBe(false);
});
