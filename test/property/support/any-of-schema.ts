import type { Json, JsonObject } from "@ephor/domain/json";
import fc from "fast-check";
import { z } from "zod";

/** Values of a schema made of what states are made of: strict objects, lists, enums, literals, unions, nullable, texts. */
export function anyOf(schema: z.ZodType): fc.Arbitrary<Json> {
  if (schema instanceof z.ZodObject) return fc.record(members(schema.shape));
  if (schema instanceof z.ZodNullable) return fc.option(anyOf(inner(schema.def.innerType)), { nil: null });
  if (schema instanceof z.ZodArray) return fc.array(anyOf(inner(schema.def.element)), { maxLength: 4 });
  if (schema instanceof z.ZodUnion) return fc.oneof(...schema.def.options.map((option) => anyOf(inner(option))));
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...[...schema.values].map(scalar));
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodString) return fc.string({ minLength: 1, maxLength: 12 });
  if (schema instanceof z.ZodNumber) return fc.integer({ min: 0, max: 400 });
  throw new Error(`no values are known for ${schema.constructor.name}: add them to remediation-states.ts`);
}

const members = (shape: Readonly<Record<string, unknown>>): Record<string, fc.Arbitrary<Json>> =>
  Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, anyOf(inner(schema))]));

function inner(schema: unknown): z.ZodType {
  if (schema instanceof z.ZodType) return schema;
  throw new Error("a part of the schema is none itself");
}

const scalar = (value: unknown): Json =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;

/** States by `schema`; objects are what states are. */
export const anyState = (schema: z.ZodType): fc.Arbitrary<JsonObject> =>
  anyOf(schema).filter(
    (value): value is JsonObject => typeof value === "object" && value !== null && !Array.isArray(value),
  );
