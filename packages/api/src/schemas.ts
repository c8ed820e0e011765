import { EXECUTION_STATUSES } from "@ephor/app/items";
import { SECRET_ID } from "@ephor/app/secret-text";
import { ROLES } from "@ephor/domain/config/person";
import { EXCEPTION_STATES } from "@ephor/domain/exception";
import { FINDING_STATUSES } from "@ephor/domain/finding";
import { parseExceptionId } from "@ephor/domain/ids";
import { RISKS } from "@ephor/domain/remediation";
import { SEVERITIES } from "@ephor/domain/severity";
import { isTenant } from "@ephor/domain/tenant";
import { parseTimestamp } from "@ephor/domain/time";
import { z } from "zod";
import { findingApproval, shownPlan, shownResponse } from "./response-schemas.ts";

/*
 * The shapes that go over the wire. Those with an `id` in their `meta` are components of the OpenAPI document;
 * examples feed both the document and the test that drives every route.
 */

const ID_EXAMPLE = "0123456789abcdefghijklmnop";
const TIME_EXAMPLE = "2026-01-02T03:04:05.678Z";

const time = z.iso.datetime({ precision: 3 }).meta({ examples: [TIME_EXAMPLE] });
const text = z.string();
const count = z.int().nonnegative();
/** Any JSON at all. */
const json = z.unknown();
const jsonObject = z.record(z.string(), z.unknown());
const enumOf = <const T extends readonly [string, ...string[]]>(values: T, name: string) =>
  z.enum(values, `expected one of ${values.join(", ")}`).meta({ id: name });

export const role = enumOf(ROLES, "Role");
export const findingStatus = enumOf(FINDING_STATUSES, "FindingStatus");
export const severity = z.enum(SEVERITIES, `expected one of ${SEVERITIES.join(", ")}`).meta({ id: "Severity" });
export const executionStatus = enumOf(EXECUTION_STATUSES, "ExecutionStatus");

// --- Parameters ---

const idOf = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-v]{26}$`), `expected ${prefix}_ and 26 characters of 0-9 and a-v`)
    .meta({ examples: [`${prefix}_${ID_EXAMPLE}`] });
export const findingId = idOf("fnd");
/** Its id, or the name that it was asked for by: up to 80 characters, as Step Functions takes them. */
export const executionRef = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,80}$/, "expected the id of an execution (run_…), or its name")
  .meta({ examples: [`run_${ID_EXAMPLE}`] });
export const deadLetterId = idOf("dlq");
export const tokenId = z.string().regex(SECRET_ID, "expected the id of a token, as listed");

/** Free text that names one thing: a resource, a detection, a workflow. */
export const nameFilter = z.string().min(1, "expected 1 to 2048 characters").max(2048, "expected 1 to 2048 characters");
const PARAMETER_CHARACTERS_MAX = 64;
/**
 * A parameter is text on the wire and a value inside: `read` gives the value, or undefined where `expected` is not met.
 * `meta` says in the document what the text stands for.
 */
const parameter = <T>(of: { expected: string; meta: Record<string, unknown>; read: (text: string) => T | undefined }) =>
  z
    .string()
    .meta(of.meta)
    .transform((value, context) => {
      const read = value.length > PARAMETER_CHARACTERS_MAX ? undefined : of.read(value);
      if (read !== undefined) return read;
      context.addIssue({ code: "custom", message: `expected ${of.expected}` });
      return z.NEVER;
    })
    .meta(of.meta);

/** An id that `EXC-2026-001` shows the form of. */
export const exceptionId = parameter({
  expected: "EXC-, a year and a number, such as EXC-2026-001",
  meta: { pattern: "^EXC-[0-9]{4}-[0-9]{3,9}$", examples: ["EXC-2026-001"] },
  read: parseExceptionId,
});

/** RFC 3339 in any offset and precision; UTC with milliseconds inside. */
export const timeFilter = parameter({
  expected: "an RFC 3339 date and time, such as 2026-01-02T03:04:05Z",
  meta: { format: "date-time", examples: [TIME_EXAMPLE] },
  read: parseTimestamp,
});

/** Whom a new token or sign-in link is for. */
export const tenant = parameter({
  expected: "1 to 63 characters of a-z, 0-9 and dash, not beginning with a dash",
  meta: {
    description: "The caller's own unless told. Admins of `default` may name any.",
    pattern: "^[a-z0-9][a-z0-9-]{0,62}$",
    examples: ["default"],
  },
  read: (text) => (isTenant(text) ? text : undefined),
}).exactOptional();

/** Whose a new token or sign-in link is: only people decide, and only as themselves. */
export const person = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "expected the id of one of the configuration's people")
  .exactOptional();

const wholeNumber = (of: { minimum: number; maximum: number; examples: number[]; description?: string }) =>
  parameter({
    expected: `a whole number from ${of.minimum} to ${of.maximum}`,
    meta: { type: "integer", ...of },
    read: (text) => {
      const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
      return number >= of.minimum && number <= of.maximum ? number : undefined;
    },
  });

export const PAGE_DEFAULT = 50;
export const PAGE_MAX = 100;
const limit = wholeNumber({
  ...{ minimum: 1, maximum: PAGE_MAX, examples: [10] },
  description: `Items a page, ${PAGE_DEFAULT} unless told.`,
}).default(PAGE_DEFAULT);
const cursor = z
  .string()
  .max(4096, "expected a cursor that this list gave")
  .exactOptional()
  .meta({ description: "The `cursor` of the page before; with the same filters." });
export const paging = { limit, cursor };

/** A place in the ledger. */
export const position = wholeNumber({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [0] });

// --- Answers ---

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), cursor: text.nullable() });

const named = { type: text, id: text, arn: text.exactOptional(), name: text.exactOptional() };
const findingFields = {
  id: text,
  detection: text,
  title: text,
  severity,
  status: findingStatus,
  account: text,
  region: text,
  resource: z.strictObject(named).meta({ id: "Resource" }),
  actor: z.strictObject(named).meta({ id: "Actor" }).nullable(),
  eventIds: z.array(text),
  occurrences: count,
  firstSeenAt: time,
  lastSeenAt: time,
  mitre: z.array(text),
  controls: z.array(text),
  remediation: text.nullable(),
  evidence: jsonObject,
};
export const finding = z.strictObject(findingFields).meta({ id: "Finding" });
const timelineEntry = z
  .strictObject({
    ...{ key: text, at: time, kind: text, by: text, text },
    ...{ correlationId: text.exactOptional(), executionId: text.exactOptional() },
  })
  .meta({ id: "TimelineEntry" });
const why = text.nullable().meta({
  description: "Why it matters: what its detection says in the catalogue; null where it is not there any more.",
});
export const shownFinding = z
  .strictObject({
    ...findingFields,
    why,
    generation: count,
    resolvedAt: time.nullable(),
    response: shownResponse.nullable(),
    plan: shownPlan.nullable(),
    approvals: z.array(findingApproval),
    timeline: z.array(timelineEntry),
  })
  .meta({ id: "ShownFinding" });

const executionFields = {
  ...{ id: text, workflow: text, name: text, type: z.enum(["express", "standard"]), status: executionStatus },
  ...{ startedAt: time, endedAt: time.nullable(), error: text.nullable(), cause: text.nullable(), correlationId: text },
};
export const execution = z.strictObject(executionFields).meta({ id: "Execution" });
export const shownExecution = z
  .strictObject({ ...executionFields, input: json, output: json, history: z.array(json).nullable() })
  .meta({ id: "ShownExecution" });

export const exceptionState = enumOf(EXCEPTION_STATES, "ExceptionState");
const exceptionFields = {
  id: text,
  scope: z.strictObject({ detection: text, account: text.exactOptional(), resource: text.exactOptional() }),
  ...{ reason: text, risk: z.enum(RISKS), requester: text, state: exceptionState },
  ...{ requestedAt: time, expiresAt: time, approvalId: text.nullable(), approvedBy: z.array(text) },
  ...{ endedAt: time.nullable(), endedBy: text.nullable(), correlationId: text },
  endReason: text.exactOptional().meta({ description: "What was said when it ended." }),
};
export const exception = z.strictObject(exceptionFields).meta({ id: "Exception" });
export const shownException = z
  .strictObject({ ...exceptionFields, findings: z.array(text).meta({ description: "Those that it mutes now." }) })
  .meta({ id: "ShownException" });

export const deadLetter = z
  .strictObject({
    ...{ id: text, kind: z.enum(["event", "effect"]), at: time, attempts: count, correlationId: text },
    error: z.strictObject({ code: text, message: text }),
  })
  .meta({ id: "DeadLetter" });

export const detection = z
  .strictObject({
    ...{ id: text, title: text, severity, service: text, mitre: z.array(text), controls: z.array(text) },
    ...{ remediation: text.nullable(), patterns: z.array(jsonObject) },
  })
  .meta({ id: "Detection" });

export const accepted = z
  .strictObject({ accepted: count, rejected: z.array(z.strictObject({ index: count, reason: text })) })
  .meta({ id: "Accepted" });

export const provenRecord = z
  .strictObject({
    ...{ seq: count, id: text, record: jsonObject, sealed: jsonObject.nullable() },
    ...{ inclusion_proof: z.array(text), checkpoint: text },
  })
  .meta({ id: "ProvenRecord" });
export const consistencyProof = z
  .strictObject({ from: count, to: count, proof: z.array(text) })
  .meta({ id: "ConsistencyProof" });

const tokenFields = {
  person: text.nullable().meta({ description: "Whose token it is; null where it is a machine's." }),
  ...{ id: text, name: text, role, createdAt: time, createdBy: text, expiresAt: time, revokedAt: time.nullable() },
};
export const token = z.strictObject(tokenFields).meta({ id: "Token" });
export const newToken = z
  .strictObject({ ...tokenFields, secret: text.meta({ description: "Shown this once; only its hash is kept." }) })
  .meta({ id: "NewToken" });

export const problem = z
  .strictObject({
    ...{ type: text, title: text, status: z.int(), detail: text.exactOptional(), code: text, correlationId: text },
    errors: z.array(z.strictObject({ path: text, message: text })).exactOptional(),
  })
  .meta({ id: "Problem" });
