import { z } from "zod";
import {
  account,
  amount,
  count,
  entityType,
  hash,
  id,
  json,
  jsonObject,
  type Kind,
  number,
  oneOf,
  ref,
  refs,
  region,
  severity,
  shaped,
  tenant,
  text,
  time,
  word,
  words,
} from "./record-values.ts";

export type Field<S extends z.ZodType = z.ZodType> = Kind<S> & { readonly required: boolean };

const must = <S extends z.ZodType>({ schema, holds }: Kind<S>, meaning: string): Field<S> => ({
  schema: schema.describe(meaning),
  holds,
  required: true,
});
const may = <S extends z.ZodType>({ schema, holds }: Kind<S>, meaning: string): Field<z.ZodOptional<S>> => ({
  schema: schema.optional().describe(meaning),
  holds,
  required: false,
});

const failure = shaped(z.strictObject({ code: word.schema, message: text(1024).schema }));
const timeSpan = shaped(z.strictObject({ from: time.schema, to: time.schema }));
const treeHead = shaped(z.strictObject({ origin: ref.schema, size: count.schema, root: text(64).schema }));

const identity = {
  v: must(shaped(z.literal(1)), "Version of this schema."),
  id: must(id, "The record's id, derived from its idempotency key."),
  time: must(time, "When the record was written (the transaction that states the fact)."),
  tenant: must(tenant, "The tenant whose ledger holds the record."),
  entity_type: must(entityType, "What kind of object the record is about."),
  this: must(ref, "The object: its id in Ephor. Never a person's name or address."),
  did: must(word, "What happened to the object: a past participle such as recorded, approved, expired."),
  who: may(ref, "Who did it: a person's id, a principal's ARN, or the part of Ephor that acted."),
  who_type: may(oneOf(["person", "principal", "token", "webhook", "system"]), "What kind of actor who is."),
  name: may(text(512), "The object's own name or title in its catalogue; never built from an event."),
  description: may(text(4096), "What happened, in a sentence or two for a reader; may name people and resources."),
};

const relation = {
  parent: may(ref, "Id of the object this one belongs to: the finding of an approval, the run of a step."),
  related: may(refs, "Ids of further objects or records that this one rests on or answers."),
  event_id: may(ref, "Identity of the event that caused it."),
  project: may(ref, "The project that a governance event or figure belongs to."),
  trace_id: may(text(128), "Trace of the call that wrote it (X-Ray or W3C form)."),
  correlation_id: may(text(256), "The same for everything that follows from one event or request."),
};

const access = {
  visibility: may(
    oneOf(["private", "tenant", "public"]),
    "Who may read it: its owner, its tenant, all. Absent: tenant.",
  ),
  owner: may(ref, "Who answers for the object: a person or team."),
  roles: may(words, "Roles that the actor held when acting."),
  group: may(word, "The group that a decision was counted for."),
  auth_method: may(oneOf(["token", "oidc", "link", "slack", "webhook", "iam", "override"]), "How the actor was known."),
  token_id: may(ref, "Id of the token or link used; never the secret."),
  source_ip: may(text(64), "Network address that the actor came from."),
};

const lifecycle = {
  at: may(time, "When the fact itself happened, where that is not time."),
  status: may(word, "The object's status after it."),
  status_before: may(word, "The object's status before it."),
  generation: may(count, "Which life or revision of the object, from 1: a finding reopened, a figure revised."),
  reason: may(text(4096), "Why, in the actor's words."),
  due_at: may(time, "When the object must be dealt with or reviewed."),
  expires_at: may(time, "When it ends by itself."),
};

const code = {
  code_hash: may(hash, "Content hash of the code or definition that ran or was approved."),
  language: may(word, "Language of that code: typescript, asl, sigma, jsonata."),
  runtime: may(text(128), "What ran it, with its version: nodejs24.x, states."),
  version: may(text(128), "Version of the object the record is about."),
  detection: may(ref, "Id of the detection that a finding comes from."),
  detection_version: may(text(128), "Version of that detection."),
  remediation: may(ref, "Id of the remediation that a plan comes from."),
  remediation_version: may(text(128), "Version of that remediation."),
  workflow: may(ref, "Name of the workflow that ran."),
  runbook: may(ref, "Id of the runbook that ran."),
  manifest_hash: may(hash, "Hash of the signed manifest in force."),
  author: may(ref, "Who wrote the code, artifact or policy."),
};

const execution = {
  account: may(account, "AWS account concerned."),
  region: may(region, "AWS Region concerned, or global."),
  environment: may(text(128), "Environment of the account or resource: production, staging."),
  resource: may(jsonObject, "AWS resource concerned: type, id and, where known, arn and name."),
  plan_hash: may(hash, "Hash of the plan that was made, decided on or applied."),
  input: may(json, "What went in: parameters, arguments, the plan's calls."),
  output: may(json, "What came out: results, counts, receipts."),
  error: may(failure, "What failed: code, and a sentence without inputs."),
  duration_ms: may(amount, "How long it took, in milliseconds."),
};

const measure = {
  metric: may(ref, "Id of the metric that a figure belongs to."),
  value: may(shaped(z.number().nullable()), "The figure; null when there was no data."),
  numerator: may(number, "The figure's numerator."),
  denominator: may(number, "The figure's denominator."),
  window: may(timeSpan, "The half-open time span that the figure covers."),
  rto_seconds: may(amount, "Achieved recovery time, in seconds."),
  rpo_seconds: may(amount, "Age of the newest data restored, in seconds."),
};

const proof = {
  key_id: may(ref, "Id of the key that signed, or that was made, rotated or revoked."),
  signature: may(text(1024), "Signature over digest or plan_hash, base64."),
  digest: may(hash, "Hash of content kept elsewhere: a snapshot, a report, a manifest."),
  evidence: may(refs, "Ids of the records or events that prove the statement."),
  log: may(treeHead, "A tree head, as of the log this one continues."),
};

const governance = {
  policy_version: may(text(128), "Version of the response or governance policy in force."),
  risk_level: may(oneOf(["low", "medium", "high"]), "Risk of the change: levels 1, 2 and 3 of governance metadata."),
  review_status: may(oneOf(["Pending", "Approved", "Rejected"]), "Where a review stands."),
  approved_by: may(ref, "Who approved it, where that is not who."),
  traceability: may(refs, "Ids of requirement, design and task, in that order."),
  severity: may(severity, "Severity of the finding or violation."),
  mode: may(oneOf(["observe", "notify", "approve", "auto"]), "How the response policy answers."),
  decision: may(oneOf(["approve", "reject"]), "What a person decided."),
  decision_number: may(count, "Which decision on its approval it is, from 1."),
  approvals_min: may(count, "How many distinct approvals were asked for."),
  controls: may(refs, "Controls of standards that it bears on, as standard:control."),
  generated_by: may(ref, "What made an artifact: a tool or model with its exact version."),
  metadata: may(jsonObject, "Rare values that have no field of their own. Never personal ones."),
};

/** The fields by group, in the order in which people read them. A field has one name and one meaning everywhere. */
export const RECORD_GROUPS = { identity, relation, access, lifecycle, code, execution, measure, proof, governance };

export const RECORD_FIELDS = {
  ...identity,
  ...relation,
  ...access,
  ...lifecycle,
  ...code,
  ...execution,
  ...measure,
  ...proof,
  ...governance,
};

/**
 * Fields that may hold personal values, inputs or outputs. In a leaf they stand as salted hashes and the values stand
 * beside it, so that a value can be erased while every proof over the leaf holds (ledger.md).
 */
// biome-ignore format: a list to read along
export const PRIVATE_FIELDS = [
  "who", "description", "owner", "source_ip", "reason", "author", "resource", "input", "output", "approved_by",
] as const;
export type PrivateField = (typeof PRIVATE_FIELDS)[number];

const privateFields: ReadonlySet<string> = new Set(PRIVATE_FIELDS);
export const isPrivateField = (field: string): field is PrivateField => privateFields.has(field);
