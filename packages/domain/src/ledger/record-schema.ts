import { z } from "zod";
import type { JsonObject } from "../json.ts";
import { isPrivateField, type PrivateField, RECORD_FIELDS } from "./record-fields.ts";
import { commitment } from "./record-values.ts";

type Fields = typeof RECORD_FIELDS;
type Shape = { [F in keyof Fields]: Fields[F]["schema"] };
type LeafShape = { [F in keyof Fields]: F extends PrivateField ? z.ZodOptional<typeof commitment.schema> : Shape[F] };

const sealedSchema = (schema: z.ZodType) =>
  commitment.schema.optional().describe(`base64url(SHA-256(salt || canonical JSON)) of: ${schema.description}`);

/** A record with its values in the open. Unknown fields are refused: rare values go under `metadata`. */
export const recordSchema = z.strictObject(
  Object.fromEntries(Object.entries(RECORD_FIELDS).map(([name, { schema }]) => [name, schema])) as Shape,
);
export type LedgerRecord = z.infer<typeof recordSchema>;
export type RecordId = LedgerRecord["id"];

/** A record as it stands in a leaf: every private value is a commitment (`record-values.ts`). */
export const leafRecordSchema = z.strictObject(
  Object.fromEntries(
    Object.entries(RECORD_FIELDS).map(([name, { schema }]) => [
      name,
      isPrivateField(name) ? sealedSchema(schema) : schema,
    ]),
  ) as LeafShape,
);
export type LeafRecord = z.infer<typeof leafRecordSchema>;
export type Commitment = z.infer<typeof commitment.schema>;

/** The published JSON Schema (draft 2020-12) of a record: in the open, or as it stands in a leaf. */
export function recordJsonSchema(form: "open" | "leaf" = "open"): JsonObject {
  const schema = form === "open" ? recordSchema : leafRecordSchema;
  return z.toJSONSchema(schema, { unrepresentable: "any" }) as JsonObject;
}
