import { timestamp } from "@ephor/domain/time";
import type { TimelineEntry } from "@ephor/domain/timeline";
import { expect, test } from "vitest";
import { otherPolicy } from "./used-config.ts";

const used = { source: "the built-in defaults", policyVersion: 1, warnings: [] };
const at = timestamp(0);
const asked = (by: string, mode: string): TimelineEntry => ({
  ...{ key: `${by} ${mode}`, at, kind: "response.requested", by, text: `Rule 1 asks for: ${mode}` },
});
const toldOf = (timeline: readonly TimelineEntry[]) =>
  otherPolicy(used, { finding: { id: "fnd_1", timeline }, mode: "notify" });

test.each<[string, readonly TimelineEntry[], string | undefined]>([
  ["tells of no policy", [{ ...asked("ann", "approve"), kind: "finding.opened" }], undefined],
  ["was forced by a person", [asked("ann", "approve")], undefined],
  ["was answered alike by this version", [asked("policy 1", "notify")], undefined],
  ["was answered by another version", [asked("policy 3", "notify")], "by policy version 3 with notify"],
  ["was answered otherwise by the same version", [asked("policy 1", "approve")], "by policy version 1 with approve"],
  ["was answered alike in its latest life", [asked("policy 3", "auto"), asked("policy 1", "notify")], undefined],
])("a finding that %s: a warning only where the policies differ", (_, timeline, told) => {
  const [warning] = toldOf(timeline);
  if (told === undefined) expect(warning).toBeUndefined();
  else expect(warning).toContain(told);
});
