import { z } from "zod";
import { configSchema } from "./config.ts";

/** The JSON Schema (2020-12) of `ephor.config.json` as people write it, published as docs/schemas/config.schema.json. */
export function configJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: "input", target: "draft-2020-12" });
  return {
    $schema,
    title: "Ephor configuration",
    description:
      "ephor.config.json: unknown keys are errors; secrets are references (`env:NAME`, `file:PATH`, `secretsmanager:NAME`).",
    ...schema,
  };
}
