import type { FindingDraft } from "@ephor/domain/finding";
import type { Event } from "@ephor/events/envelope";
import { eventsOf, parseEnvelope } from "@ephor/events/parse-event";
import type { Case, CaseExpectation, Detection } from "./define-detection.ts";
import { compileDetections, type Evaluation } from "./evaluate.ts";

export type CaseResult = {
  readonly detection: string;
  readonly kind: Case["kind"];
  readonly name: string;
  readonly ok: boolean;
  /** What was expected and what came instead. */
  readonly message?: string;
};
export type CasesRun = { readonly passed: number; readonly failed: number; readonly cases: readonly CaseResult[] };

/**
 * Runs every detection over its own cases, from the envelope on: a hit gives the finding it describes, a miss none, and
 * a malformed event, which may as well be refused while it is read, neither a finding nor a broken detection.
 */
export function runCases(detections: readonly Detection[]): CasesRun {
  const cases = detections.flatMap((detection) => {
    const evaluate = compileDetections([detection]);
    return detection.cases.map((one) => resultOf(detection, { one, problem: problemWith(one, evaluate) }));
  });
  const passed = cases.filter(({ ok }) => ok).length;
  return { passed, failed: cases.length - passed, cases };
}

function resultOf({ id }: Detection, { one, problem }: { one: Case; problem: string | undefined }): CaseResult {
  const { kind, name } = one;
  return {
    detection: id,
    kind,
    name,
    ok: problem === undefined,
    ...(problem === undefined ? {} : { message: problem }),
  };
}

function problemWith(one: Case, evaluate: (event: Event) => Evaluation): string | undefined {
  const envelope = parseEnvelope(one.event);
  const events = envelope.ok ? eventsOf(envelope.value) : envelope;
  if (!events.ok) return one.kind === "malformed" ? undefined : `the event cannot be read: ${events.error.message}`;
  const seen = events.value.map(evaluate);
  const [broken] = seen.flatMap(({ failed }) => failed);
  if (broken !== undefined) return `the detection broke: ${broken.message}`;
  const drafts = seen.flatMap((evaluation) => evaluation.drafts);
  if (one.kind === "hit") return mismatch(drafts, one.expect ?? {});
  return drafts[0] === undefined ? undefined : `expected no finding, got "${drafts[0].title}"`;
}

function mismatch([draft]: readonly FindingDraft[], expect: CaseExpectation): string | undefined {
  if (draft === undefined) return "expected a finding, got none";
  const actual: Readonly<Record<keyof CaseExpectation, string | null>> = {
    title: draft.title,
    resource: draft.resource.id,
    severity: draft.severity,
    actor: draft.actor === null ? null : (draft.actor.name ?? draft.actor.id),
    detection: draft.detection,
    remediation: draft.remediation,
  };
  const [problem] = FIELDS.flatMap((field) => {
    const wanted = expect[field];
    if (wanted === undefined || fits(actual[field], wanted)) return [];
    return [`expected ${field} ${String(wanted)}, got ${String(actual[field])}`];
  });
  return problem;
}

const FIELDS = ["title", "resource", "severity", "actor", "detection", "remediation"] as const;

const fits = (actual: string | null, wanted: string | RegExp | null): boolean =>
  wanted instanceof RegExp ? actual !== null && wanted.test(actual) : actual === wanted;
