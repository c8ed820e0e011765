import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { configJsonSchema } from "@ephor/domain/config/config-json-schema";

export const CONFIG_SCHEMA_FILE = "docs/schemas/config.schema.json";

/** The published JSON Schema of `ephor.config.json`. */
export const configSchemaText = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`;

if (import.meta.main) {
  mkdirSync(dirname(CONFIG_SCHEMA_FILE), { recursive: true });
  writeFileSync(CONFIG_SCHEMA_FILE, configSchemaText());
}
