import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import type { Result } from "@ephor/domain/result";
import type { Envelope } from "./envelope.ts";
import { readEnvelope } from "./parse-event.ts";
import { bounded } from "./sources/bounds.ts";
import { readCloudtrailRecord } from "./sources/cloudtrail-record.ts";
import { type MalformedEvent, malformed, shown } from "./sources/malformed.ts";
import { readAsffFinding } from "./sources/securityhub.ts";
import { readOcsfFinding } from "./sources/securityhub-v2.ts";
import { readSnsNotification } from "./sources/sns.ts";

/** Lists and `{"Records": [...]}` inside each other. */
const WRAPPERS_MAX = 4;
const KEYS_SHOWN_MAX = 5;

/** A form in which an event may be handed in, other than an EventBridge event itself. */
type Form = {
  readonly recognises: (value: JsonObject) => boolean;
  /** The envelope in which EventBridge would have delivered it. */
  readonly read: (value: JsonObject) => Result<Envelope, MalformedEvent>;
};

const has = (value: JsonObject, ...names: readonly string[]): boolean =>
  names.every((name) => Object.hasOwn(value, name));

const FORMS: readonly Form[] = [
  { recognises: (value) => has(value, "detail-type"), read: readEnvelope },
  {
    recognises: (value) => has(value, "eventName", "eventSource") || has(value, "eventID", "eventVersion"),
    read: readCloudtrailRecord,
  },
  { recognises: (value) => has(value, "ProductArn", "AwsAccountId"), read: readAsffFinding },
  { recognises: (value) => has(value, "class_uid", "finding_info"), read: readOcsfFinding },
  { recognises: (value) => has(value, "Sns") || has(value, "TopicArn", "Message"), read: readSnsNotification },
];
const FORMS_EXPECTED =
  "an EventBridge event, a CloudTrail record, an ASFF or OCSF finding, an SNS notification, or a list of these";

/** Lists under a name: CloudTrail files and Lambda's SNS events; answers of GetFindings and GetFindingsV2. */
const WRAPPERS = ["Records", "Findings"];

/** What stands in archives beside events, by a name that only it has, so that the reason can say so. */
const NO_EVENTS: readonly (readonly [string, string])[] = [
  ["digestStartTime", "a CloudTrail digest, which holds no events"],
  ["configurationItems", "an AWS Config history, which holds no events"],
];

/**
 * The envelopes in what `POST /v1/events`, `ephor events send` and `ephor replay` take, in input order, each with its
 * own outcome: EventBridge events as they are; CloudTrail records, ASFF and OCSF findings and SNS notifications in the
 * envelope that EventBridge would have delivered; and lists of these, bare or under `Records` or `Findings`.
 * Errors: event.malformed, its path a JSON pointer into `input`. Never throws.
 */
export const toEnvelopes = (input: unknown): readonly Result<Envelope, MalformedEvent>[] => unwrap(input, []);

function unwrap(value: unknown, path: readonly string[]): readonly Result<Envelope, MalformedEvent>[] {
  if (Array.isArray(value)) return unwrapList(value, path);
  if (!isJsonObject(value)) return [malformed(`found ${shown(value)}, expected ${FORMS_EXPECTED}`, pointer(path))];
  const wrapper = WRAPPERS.find((name) => Array.isArray(value[name]));
  if (wrapper !== undefined && !has(value, "detail-type")) return unwrap(value[wrapper], [...path, wrapper]);
  const read = readOne(value);
  return [read.ok || path.length === 0 ? read : malformed(read.error.message, pointer(path, read.error.path))];
}

function unwrapList(items: readonly unknown[], path: readonly string[]): readonly Result<Envelope, MalformedEvent>[] {
  if (path.length > WRAPPERS_MAX)
    return [malformed("found lists inside lists, expected a list of events", pointer(path))];
  return items.flatMap((item, index) => unwrap(item, [...path, String(index)]));
}

function readOne(value: JsonObject): Result<Envelope, MalformedEvent> {
  const form = FORMS.find((candidate) => candidate.recognises(value));
  if (form === undefined) return malformed(`found ${described(value)}, expected ${FORMS_EXPECTED}`);
  const within = bounded(value);
  return within.ok ? form.read(within.value) : within;
}

function described(value: JsonObject): string {
  const known = NO_EVENTS.find(([name]) => Object.hasOwn(value, name));
  if (known !== undefined) return known[1];
  const names = Object.keys(value)
    .slice(0, KEYS_SHOWN_MAX)
    .map((name) => shown(name));
  return names.length === 0 ? "an empty object" : `an object with ${names.join(", ")}`;
}

function pointer(path: readonly string[], inner = ""): string {
  const outer = path.map((step) => `/${step}`).join("");
  return inner === "/" ? outer || "/" : `${outer}${inner}` || "/";
}
