import type { Actor, Resource } from "@ephor/domain/finding";
import type { JsonObject } from "@ephor/domain/json";
import type { Severity } from "@ephor/domain/severity";
import type { Envelope, Event } from "@ephor/events/envelope";

/** Names of standards as keys, control ids as values, e.g. `{ cis: ["5.2"], fsbp: ["EC2.18"] }`. */
export type Controls = { readonly [standard in Standard]?: readonly string[] };
/**
 * The editions: CIS AWS Foundations Benchmark v3.0.0; `fsbp` controls of AWS Security Hub, most of them of its
 * Foundational Security Best Practices; SOC 2 trust services criteria (2017); ISO/IEC 27001:2022 Annex A; PCI DSS v4.0;
 * HIPAA (45 CFR); NIST SP 800-53 r5; GDPR (articles).
 */
export type Standard = "cis" | "fsbp" | "soc2" | "iso27001" | "pci" | "hipaa" | "nist" | "gdpr";

/** What a detection reads out of one event. `severity` only where the event says more or less than the detection alone. */
export type Told = {
  readonly resource: Resource;
  readonly title: string;
  readonly actor: Actor | null;
  readonly evidence: JsonObject;
  readonly severity?: Severity;
  /** Where the thing is, if the source says so: a delegated administrator receives the findings of other accounts. */
  readonly account?: string;
  readonly region?: string;
  /** Pass-through: the finding's `detection` is `<detection>:<type>`. */
  readonly type?: string;
  /** Null where this event did something that the detection's remediation does not put right. */
  readonly remediation?: null;
};

export type Case =
  | { readonly kind: "hit"; readonly name: string; readonly event: Envelope; readonly expect?: CaseExpectation }
  | { readonly kind: "miss"; readonly name: string; readonly event: Envelope }
  | { readonly kind: "malformed"; readonly name: string; readonly event: Envelope };
export type CaseExpectation = {
  readonly title?: RegExp | string;
  readonly resource?: string;
  readonly severity?: Severity;
  readonly actor?: string | null;
  readonly detection?: string;
  readonly remediation?: string | null;
};

/** A rule over events that yields finding drafts (findings.md, "Detections"). */
export type Detection = {
  /** `<service>.<what-happened>`. */
  readonly id: string;
  /** Raised with every change that could change a finding. */
  readonly version: string;
  readonly title: string;
  /** Why it matters, for a person who reads the finding. */
  readonly description: string;
  readonly severity: Severity;
  /** EventBridge patterns, as narrow as can be written; an event matches when one of them does. */
  readonly patterns: readonly JsonObject[];
  /** A read-only management event: on AWS its rule needs ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS and exact names. */
  readonly readOnly: boolean;
  readonly needs: "data-events" | null;
  /** Pure; never throws on any envelope that the pattern lets through. */
  readonly when: (event: Event) => boolean;
  /** Several where one event opens several resources. Null where the event cannot be read that way: no finding. */
  readonly finding: (event: Event) => Told | readonly Told[] | null;
  /** Whether two actors on one resource are two findings. */
  readonly actorInKey: boolean;
  readonly mitre: readonly string[];
  readonly controls: Controls;
  readonly remediation: string | null;
  readonly falsePositives: string;
  readonly references: readonly string[];
  readonly cases: readonly Case[];
};

type Optional = "version" | "readOnly" | "needs" | "when" | "actorInKey" | "remediation" | "patterns";
export type DetectionInput = Omit<Detection, Optional> &
  Partial<Omit<Pick<Detection, Optional>, "patterns">> & { readonly pattern: JsonObject | readonly JsonObject[] };

const isList = (pattern: JsonObject | readonly JsonObject[]): pattern is readonly JsonObject[] =>
  Array.isArray(pattern);

/** Fills in what most detections leave out. */
export function defineDetection({ pattern, ...input }: DetectionInput): Detection {
  return {
    version: "1",
    readOnly: false,
    needs: null,
    when: () => true,
    actorInKey: false,
    remediation: null,
    ...input,
    patterns: isList(pattern) ? pattern : [pattern],
  };
}

/** `{ cis: ["5.2"] }` as the flat list a finding carries: `["cis:5.2"]`. */
export const controlList = (controls: Controls): readonly string[] =>
  Object.entries(controls).flatMap(([standard, ids]) => (ids ?? []).map((id) => `${standard}:${id}`));
