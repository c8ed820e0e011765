import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { redact } from "@ephor/domain/redact/redact";

/** Fields of a log line as they may leave: errors as plain objects, everything redacted (logs.md). */
export function logFields(fields: Record<string, unknown> = {}): JsonObject {
  const plain = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plainError(value)]));
  const redacted = redact(plain);
  return isJsonObject(redacted) ? redacted : {};
}

function plainError(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  const cause = value.cause === undefined ? {} : { cause: plainError(value.cause) };
  return { name, message, stack, ...cause };
}
