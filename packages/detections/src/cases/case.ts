import type { Envelope } from "@ephor/events/envelope";
import type { Case, CaseExpectation } from "../define-detection.ts";

/** An event that must give a finding, reading as `expect` says. */
export const hit = (name: string, event: Envelope, expect: CaseExpectation = {}): Case => ({
  kind: "hit",
  name,
  event,
  expect,
});
/** A well-formed event that must give none. */
export const miss = (name: string, event: Envelope): Case => ({ kind: "miss", name, event });
/** An event of broken shape, which must give no finding and break nothing. */
export const malformed = (name: string, event: Envelope): Case => ({ kind: "malformed", name, event });
