import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { recordJsonSchema } from "@ephor/domain/ledger/record-schema";

type Form = NonNullable<Parameters<typeof recordJsonSchema>[0]>;

/** The two published schemas of a ledger record, by file: with its values in the open, and as it stands in a leaf. */
export const RECORD_SCHEMA_FILES: readonly (readonly [file: string, form: Form, title: string])[] = [
  ["docs/schemas/ledger-record.schema.json", "open", "Ephor ledger record"],
  ["docs/schemas/ledger-record-leaf.schema.json", "leaf", "Ephor ledger record, as it stands in a leaf"],
];

export function recordSchemaText(form: Form, title: string): string {
  const { $schema, ...schema } = recordJsonSchema(form);
  return `${JSON.stringify({ $schema, title, ...schema }, null, 2)}\n`;
}

if (import.meta.main) {
  for (const [file, form, title] of RECORD_SCHEMA_FILES) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, recordSchemaText(form, title));
  }
}
