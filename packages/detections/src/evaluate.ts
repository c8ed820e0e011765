import type { FindingDraft, Resource } from "@ephor/domain/finding";
import type { Event } from "@ephor/events/envelope";
import { compileMatcher, parsePattern } from "@ephor/events/pattern/index";
import { type AllowLists, compileAllowLists } from "./allow.ts";
import { controlList, type Detection, type Told } from "./define-detection.ts";
import { boundedEvidence } from "./evidence.ts";
import { shorten, TITLE_MAX } from "./shorten.ts";

export type FailedDetection = { readonly detection: string; readonly message: string };
export type Evaluation = { readonly drafts: readonly FindingDraft[]; readonly failed: readonly FailedDetection[] };

/** Longest resource id, ARN, name and actor name kept, in characters: an ARN has at most 2,048. */
const NAME_MAX = 2048;
/** Longest type that a service gives a finding, and longest message of a detection that broke. */
const TYPE_MAX = 256;
const MESSAGE_MAX = 300;

/**
 * Compiles detections into one function that says of an event which findings it opens.
 * Patterns are matched all together, then each matching detection's `when` and `finding` are asked, in the order given.
 * Of two drafts of one detection for one resource in one event the first is kept. Drafts on an allow-list are left out.
 * A detection that throws is named in `failed` and stops no other. Throws at once where a pattern is invalid.
 */
export function compileDetections(
  detections: readonly Detection[],
  { allow = {} }: { readonly allow?: AllowLists } = {},
): (event: Event) => Evaluation {
  const matcher = compileMatcher(detections.flatMap(entriesOf));
  const isAllowed = compileAllowLists(allow);
  return (event) => {
    const drafts: FindingDraft[] = [];
    const failed: FailedDetection[] = [];
    for (const detection of new Set(matcher.match(event.envelope))) {
      try {
        drafts.push(...draftsOf(detection, event).filter((draft) => !isAllowed(draft, event)));
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause);
        failed.push({ detection: detection.id, message: shorten(message, MESSAGE_MAX) });
      }
    }
    return { drafts, failed };
  };
}

function entriesOf(detection: Detection) {
  return detection.patterns.map((pattern) => {
    const parsed = parsePattern(pattern);
    if (!parsed.ok) throw new Error(`the pattern of ${detection.id} is invalid: ${parsed.error.message}`);
    return { pattern: parsed.value, value: detection };
  });
}

const isList = (told: Told | readonly Told[]): told is readonly Told[] => Array.isArray(told);

function draftsOf(detection: Detection, event: Event): readonly FindingDraft[] {
  if (!detection.when(event)) return [];
  const told = detection.finding(event);
  if (told === null) return [];
  const byResource = new Map<string, FindingDraft>();
  for (const one of isList(told) ? told : [told]) {
    const draft = draftOf(detection, { event, told: one });
    const { account, region, resource } = draft;
    const key = JSON.stringify([draft.detection, account, region, resource.type, resource.id]);
    if (!byResource.has(key)) byResource.set(key, draft);
  }
  return [...byResource.values()];
}

function draftOf(detection: Detection, { event, told }: { event: Event; told: Told }): FindingDraft {
  return {
    detection: told.type === undefined ? detection.id : `${detection.id}:${shorten(told.type, TYPE_MAX)}`,
    detectionVersion: detection.version,
    title: shorten(told.title, TITLE_MAX),
    severity: told.severity ?? detection.severity,
    account: told.account ?? event.account,
    region: told.region ?? event.region,
    resource: named(told.resource),
    actor: told.actor === null ? null : named(told.actor),
    actorInKey: detection.actorInKey,
    mitre: detection.mitre,
    controls: controlList(detection.controls),
    remediation: told.remediation === undefined ? detection.remediation : told.remediation,
    evidence: boundedEvidence(told.evidence),
  };
}

function named({ type, id, arn, name }: Resource): Resource {
  return {
    type: shorten(type, TYPE_MAX),
    id: shorten(id, NAME_MAX),
    ...(arn === undefined ? {} : { arn: shorten(arn, NAME_MAX) }),
    ...(name === undefined ? {} : { name: shorten(name, NAME_MAX) }),
  };
}
