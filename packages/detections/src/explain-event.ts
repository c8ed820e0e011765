import type { FindingDraft } from "@ephor/domain/finding";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { compileMatcher, parsePattern } from "@ephor/events/pattern/index";
import type { AllowLists } from "./allow.ts";
import type { Detection } from "./define-detection.ts";
import { compileDetections } from "./evaluate.ts";

/** What became of one detection. `failing`: the conditions that keep every pattern of it from matching, by dotted path. */
export type ExplainedDetection = {
  readonly detection: string;
  readonly outcome: "finding" | "allowed" | "condition-does-not-hold" | "pattern-does-not-match" | "broke";
  readonly failing?: readonly string[];
  readonly findings?: readonly FindingDraft[];
  readonly message?: string;
};

/**
 * What each detection that could have meant this event says of it: those whose pattern matches, and those whose pattern
 * names its eventName, detail-type or source and yet does not match. For people at a prompt, one event at a time.
 */
export function explainEvent(
  detections: readonly Detection[],
  { event, allow }: { event: Event; allow: AllowLists },
): readonly ExplainedDetection[] {
  return detections.flatMap((detection): readonly ExplainedDetection[] => {
    const matched = detection.patterns.some((pattern) => isMatch(pattern, event));
    if (matched) return [afterMatch(detection, { event, allow })];
    const failing = detection.patterns
      .filter((pattern) => leavesOf(pattern).some((leaf) => NAMING.has(leaf.path) && isMatch(leaf.pattern, event)))
      .map((pattern) => leavesOf(pattern).filter((leaf) => !isMatch(leaf.pattern, event)))
      .toSorted((a, b) => a.length - b.length)[0];
    if (failing === undefined) return [];
    return [{ detection: detection.id, outcome: "pattern-does-not-match", failing: failing.map(({ path }) => path) }];
  });
}

/** What an event is called by; a detection that names none of it has nothing to do with it. */
const NAMING: ReadonlySet<string> = new Set(["detail.eventName", "detail.findings.Types", "detail.type"]);

function afterMatch(detection: Detection, { event, allow }: { event: Event; allow: AllowLists }): ExplainedDetection {
  const id = { detection: detection.id };
  const { drafts, failed } = compileDetections([detection], { allow })(event);
  if (failed[0] !== undefined) return { ...id, outcome: "broke", message: failed[0].message };
  if (drafts.length > 0) return { ...id, outcome: "finding", findings: drafts };
  const isAllowed = compileDetections([detection])(event).drafts.length > 0;
  return { ...id, outcome: isAllowed ? "allowed" : "condition-does-not-hold" };
}

function isMatch(pattern: JsonObject, event: Event): boolean {
  const parsed = parsePattern(pattern);
  return parsed.ok && compileMatcher([{ pattern: parsed.value, value: true }]).match(event.envelope).length > 0;
}

type Leaf = { readonly path: string; readonly pattern: JsonObject };

/** Each condition of a pattern as a pattern of its own; `$or` is one condition. */
function leavesOf(pattern: JsonObject, path: readonly string[] = []): readonly Leaf[] {
  return Object.entries(pattern).flatMap(([key, value]): readonly Leaf[] => {
    const at = [...path, key];
    if (key !== "$or" && isJsonObject(value)) return leavesOf(value, at);
    const whole = at.reduceRight<JsonObject>((inner, name, index) => {
      return { [name]: index === at.length - 1 ? value : inner };
    }, {});
    return [{ path: at.join("."), pattern: whole }];
  });
}
