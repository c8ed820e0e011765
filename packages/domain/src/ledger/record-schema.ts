import { z } from "zod";
import { type EphorError, ephorError } from "../error.ts";
import type { JsonObject } from "../json.ts";
import { PRIVATE_FIELDS, type PrivateField, RECORD_GROUPS } from "./record-fields.ts";

const { identity, relation, access, lifecycle, code, execution, measure, proof, governance } = RECORD_GROUPS;
const fields = {
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

/** A record with its values in the open. Unknown fields are refused: rare values go under `metadata`. */
export const recordSchema = z.strictObject(fields);
export type LedgerRecord = z.infer<typeof recordSchema>;
export type RecordId = LedgerRecord["id"];

/** Stands in a leaf for a private value: base64url(SHA-256(salt || JCS(value))). */
const commitmentSchema = z
  .strictObject({ sha256: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })
  .describe(
    "base64url(SHA-256(salt || RFC 8785 canonical JSON of the value)); value and salt stand beside the record.",
  );
export type Commitment = z.infer<typeof commitmentSchema>;

/** A record as it stands in a leaf: every private field a commitment. */
export type LeafRecord = Omit<LedgerRecord, PrivateField> & { [F in PrivateField]?: Commitment };

const commitments = Object.fromEntries(
  PRIVATE_FIELDS.map((name) => [
    name,
    commitmentSchema.optional().describe(`Commitment to: ${fields[name].description}`),
  ]),
) as { [F in PrivateField]: z.ZodOptional<typeof commitmentSchema> };

export const leafRecordSchema = z.strictObject({ ...fields, ...commitments });

/** The published JSON Schema (draft 2020-12) of a record: in the open, or as it stands in a leaf. */
export function recordJsonSchema(form: "open" | "leaf" = "open"): JsonObject {
  const schema = form === "open" ? recordSchema : leafRecordSchema;
  return z.toJSONSchema(schema, { unrepresentable: "any" }) as JsonObject;
}

export type RecordError = EphorError<"ledger.record-invalid">;

export const recordError = (message: string, path?: string): RecordError =>
  ephorError("ledger.record-invalid", message, path === undefined ? {} : { path });

/** The first thing that a schema found wrong, in one line. */
export function schemaError(error: z.ZodError): RecordError {
  const [issue] = error.issues;
  if (issue === undefined) return recordError("the record does not have the form of one");
  return recordError(issue.message.slice(0, 200), issue.path.map((step) => `/${String(step).slice(0, 64)}`).join(""));
}
