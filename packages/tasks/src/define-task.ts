import { type EphorError, ephorError } from "@ephor/domain/error";
import type { Json } from "@ephor/domain/json";
import { err, type Result } from "@ephor/domain/result";
import type { z } from "zod";

/** A task by name: what it takes, and the use case behind it. `D` is what it needs from outside. */
export type Task<D> = { readonly run: (d: D, payload: Json) => Promise<Result<Json>> };

/**
 * One step with one side effect. `input` parses what the workflow hands in (`v` among it); a payload that does not fit is
 * `task.input-invalid`, terminal. What the use case answers is the task's result.
 */
export function defineTask<D, S extends z.ZodType>(
  input: S,
  run: (d: D, payload: z.output<S>) => Promise<Result<Json, EphorError>>,
): Task<D> {
  return {
    run: async (d, payload) => {
      const parsed = input.safeParse(payload);
      if (parsed.success) return run(d, parsed.data);
      const [issue] = parsed.error.issues;
      const path = `/${(issue?.path ?? []).map(String).join("/")}`;
      return err(ephorError("task.input-invalid", issue?.message ?? "the payload does not fit", { path }));
    },
  };
}
