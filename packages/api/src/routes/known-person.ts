import { ok, type Result } from "@ephor/domain/result";
import { type ApiError, refuse } from "../api-error.ts";
import type { UseCases } from "../use-cases.ts";

/** A token or link speaks for a person only where the configuration has them. */
export function knownPerson(useCases: UseCases, person: string | undefined): Result<void, ApiError> {
  if (person === undefined || useCases.knowsPerson(person)) return ok(undefined);
  return refuse("input.invalid", "expected the id of one of the configuration's people", { path: "/person" });
}
