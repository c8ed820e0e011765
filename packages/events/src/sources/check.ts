import { expectation, problemsOf } from "@ephor/domain/config/problems";
import { ok, type Result } from "@ephor/domain/result";
import type { z } from "zod";
import { type MalformedEvent, malformed } from "./malformed.ts";

/**
 * What `schema` makes of the part of `root` at `path`, or the first thing wrong with it.
 * `root` is what the caller was given, so that the path in the error is one the caller knows.
 */
export function check<S extends z.ZodType>(
  schema: S,
  { part, root, path }: { part: unknown; root: unknown; path: readonly PropertyKey[] },
): Result<z.output<S>, MalformedEvent> {
  const parsed = schema.safeParse(part, { error: expectation });
  if (parsed.success) return ok(parsed.data);
  const [problem] = parsed.error.issues.flatMap((issue) => problemsOf(issue, root, path));
  return malformed(problem?.what ?? "not of the expected form", problem?.path);
}
