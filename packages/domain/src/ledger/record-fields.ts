import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { SEVERITY_IDS, type Severity } from "../severity.ts";
import { isTenant, type Tenant } from "../tenant.ts";

/** What a record can be about. Closed, so that a fold over the ledger knows every kind there is. */
export const ENTITY_TYPES = [
  ...[
    "finding",
    "exception",
    "plan",
    "approval",
    "remediation",
    "execution",
    "runbook",
    "drill",
    "event",
    "dead-letter",
  ],
  ...["metric", "artifact", "gate", "change", "spec", "review", "scan", "step", "decision", "test", "anomaly"],
  ...["manifest", "function", "boot", "policy", "policy-violation", "config", "switch", "budget", "break-glass"],
  ...["person", "account", "resource", "token", "sign-in", "secret", "notification", "link", "probe", "report"],
  ...["ledger", "checkpoint", "store", "backup", "erasure", "node"],
] as const;

export const VISIBILITIES = ["private", "tenant", "public"] as const;

const text = (charactersMax: number) => z.string().min(1).max(charactersMax);
/** A word of a closed or growing vocabulary: a status, a verb, a name in code. */
const word = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,127}$/);
const ref = text(512);
const refs = z.array(ref).max(100);
const time = z.iso.datetime({ precision: 3 });
const count = z.int().nonnegative();
const number = z.number();
/** SHA-256 as 64 lower-case hex digits or 43 base64url characters, with or without the prefix `sha256:`. */
const hash = z.string().regex(/^(sha256:)?([0-9a-f]{64}|[A-Za-z0-9_-]{43})$/);
/** Any JSON; `canonicalJson` refuses what is not, so the value is not walked twice. */
const json = z.custom<Json>((value) => value !== undefined);
const tenant = z
  .custom<Tenant>((value) => typeof value === "string" && isTenant(value))
  .meta({ type: "string", pattern: "^[a-z0-9][a-z0-9-]{0,62}$" });
const severity = z.enum(Object.keys(SEVERITY_IDS) as [Severity, ...Severity[]]);
const jsonObject = z.custom<JsonObject>(isJsonObject).meta({ type: "object" });

const identity = {
  v: z.literal(1).describe("Version of this schema."),
  id: z
    .templateLiteral(["rec_", z.string().regex(/^[0-9a-v]{26}$/)])
    .describe("The record's id, derived from its idempotency key."),
  time: time.describe("When the record was written (the transaction that states the fact)."),
  tenant: tenant.describe("The tenant whose ledger holds the record."),
  entity_type: z.enum(ENTITY_TYPES).describe("What kind of object the record is about."),
  this: ref.describe("The object: its id in Ephor. Never a person's name or address."),
  did: word.describe("What happened to the object: a past participle such as recorded, approved, expired."),
  who: ref.optional().describe("Who did it: a person's id, a principal's ARN, or the part of Ephor that acted."),
  who_type: z
    .enum(["person", "principal", "token", "webhook", "system"])
    .optional()
    .describe("What kind of actor `who` is."),
  name: text(512).optional().describe("The object's own name or title in its catalogue; never built from an event."),
  description: text(4096)
    .optional()
    .describe("What happened, in a sentence or two for a reader; may name people and resources."),
};

const relation = {
  parent: ref
    .optional()
    .describe("The id of the object this one belongs to: the finding of an approval, the run of a step."),
  related: refs.optional().describe("Ids of further objects or records that this one rests on or answers."),
  event_id: ref.optional().describe("Identity of the event that caused it."),
  project: ref.optional().describe("The project that a governance event or figure belongs to."),
  trace_id: text(128).optional().describe("Trace of the call that wrote it (X-Ray or W3C form)."),
  correlation_id: text(256).optional().describe("The same for everything that follows from one event or request."),
};

const access = {
  visibility: z
    .enum(VISIBILITIES)
    .optional()
    .describe("Who may read it: the owner, the tenant, or all. Absent means tenant."),
  owner: ref.optional().describe("Who answers for the object: a person or team."),
  roles: z.array(word).max(32).optional().describe("Roles that the actor held when acting."),
  group: word.optional().describe("The group that a decision was counted for."),
  auth_method: z
    .enum(["token", "oidc", "link", "slack", "webhook", "iam", "override"])
    .optional()
    .describe("How the actor was known."),
  token_id: ref.optional().describe("Id of the token or link used; never the secret."),
  source_ip: text(64).optional().describe("Network address that the actor came from."),
};

const lifecycle = {
  at: time.optional().describe("When the fact itself happened, where that is not `time`."),
  status: word.optional().describe("The object's status after it."),
  status_before: word.optional().describe("The object's status before it."),
  generation: count
    .optional()
    .describe("Which life or revision of the object, from 1: reopenings of a finding, revisions of a figure."),
  reason: text(4096).optional().describe("Why, in the actor's words."),
  due_at: time.optional().describe("When the object must be dealt with."),
  expires_at: time.optional().describe("When it ends by itself."),
};

const code = {
  code_hash: hash.optional().describe("Content hash of the code or definition that ran or was approved."),
  language: word.optional().describe("Language of that code: typescript, asl, sigma, jsonata."),
  runtime: text(128).optional().describe("What ran it, with its version: nodejs24.x, states."),
  version: text(128).optional().describe("Version of the object the record is about."),
  detection: ref.optional().describe("Id of the detection that a finding comes from."),
  detection_version: text(128).optional().describe("Version of that detection."),
  remediation: ref.optional().describe("Id of the remediation that a plan comes from."),
  remediation_version: text(128).optional().describe("Version of that remediation."),
  workflow: ref.optional().describe("Name of the workflow that ran."),
  runbook: ref.optional().describe("Id of the runbook that ran."),
  manifest_hash: hash.optional().describe("Hash of the signed manifest in force."),
  author: ref.optional().describe("Who wrote the code, artifact or policy."),
};

const execution = {
  account: z
    .string()
    .regex(/^\d{12}$/)
    .optional()
    .describe("AWS account concerned."),
  region: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .optional()
    .describe("AWS Region concerned, or global."),
  environment: text(128).optional().describe("Environment of the account or resource: production, staging."),
  resource: jsonObject.optional().describe("AWS resource concerned: type, id and, where known, arn and name."),
  plan_hash: hash.optional().describe("Hash of the plan that was made, decided on or applied."),
  input: json.optional().describe("What went in: parameters, arguments, the plan's calls."),
  output: json.optional().describe("What came out: results, counts, receipts."),
  error: z
    .strictObject({ code: word, message: text(1024) })
    .optional()
    .describe("What failed: its code and one sentence without values from input."),
  duration_ms: number.nonnegative().optional().describe("How long it took, in milliseconds."),
  attempts: count.optional().describe("How many times it was tried."),
};

const measure = {
  metric: ref.optional().describe("Id of the metric that a figure belongs to."),
  value: number.nullable().optional().describe("The figure; null when there was no data."),
  numerator: number.optional().describe("The figure's numerator."),
  denominator: number.optional().describe("The figure's denominator."),
  unit: text(32).optional().describe("Unit of the figure: percent, hours, count."),
  window: z
    .strictObject({ from: time, to: time })
    .optional()
    .describe("The half-open time span that the figure covers."),
  rto_seconds: number.nonnegative().optional().describe("Achieved recovery time, in seconds."),
  rpo_seconds: number.nonnegative().optional().describe("Age of the newest data restored, in seconds."),
};

const proof = {
  key_id: ref.optional().describe("Id of the key that signed, or that was made, rotated or revoked."),
  signature: text(1024).optional().describe("Signature over `digest` or over the plan hash, base64."),
  digest: hash.optional().describe("Hash of content kept elsewhere: a snapshot, a report, a manifest."),
  evidence: refs.optional().describe("Ids of the records or events that prove the statement."),
  log: z
    .strictObject({ origin: ref, size: count, root: text(64) })
    .optional()
    .describe("A tree head, such as that of the log that a restored store continues."),
};

const governance = {
  policy_version: text(128).optional().describe("Version of the response policy or governance policy in force."),
  risk_level: z
    .enum(["low", "medium", "high"])
    .optional()
    .describe("Risk of the change; levels 1, 2 and 3 of governance metadata."),
  review_status: z.enum(["Pending", "Approved", "Rejected"]).optional().describe("Where a review stands."),
  reviewed_by: ref.optional().describe("Who reviewed it."),
  approved_by: ref.optional().describe("Who approved it."),
  next_review_at: time.optional().describe("When the next review is due."),
  traceability: refs.optional().describe("Ids of requirement, design and task, in that order."),
  severity: severity.optional().describe("Severity of the finding or violation."),
  mode: z.enum(["observe", "notify", "approve", "auto"]).optional().describe("How the response policy answers."),
  decision: z.enum(["approve", "reject"]).optional().describe("What a person decided."),
  approvals_min: count.optional().describe("How many distinct approvals were asked for."),
  controls: refs.optional().describe("Controls of standards that it bears on, as standard:control."),
  generated_by: ref.optional().describe("What made an artifact: a tool or model with its exact version."),
  metadata: jsonObject.optional().describe("Rare values that have no field of their own. Never personal ones."),
};

/** The fields by group, in the order in which people read them. A field has one name and one meaning everywhere. */
export const RECORD_GROUPS = { identity, relation, access, lifecycle, code, execution, measure, proof, governance };

/**
 * Fields that may hold personal values, inputs or outputs. In a leaf they stand as salted hashes and the values stand
 * beside it, so that a value can be erased while every proof over the leaf holds (ledger.md).
 */
export const PRIVATE_FIELDS = [
  "who",
  "description",
  "owner",
  "source_ip",
  "reason",
  "author",
  "resource",
  "input",
  "output",
  "reviewed_by",
  "approved_by",
] as const;
export type PrivateField = (typeof PRIVATE_FIELDS)[number];

const privateFields: ReadonlySet<string> = new Set(PRIVATE_FIELDS);
export const isPrivateField = (field: string): field is PrivateField => privateFields.has(field);
