import type { EphorError } from "./error.ts";

/**
 * An expected outcome as a value. Throwing is for bugs and broken infrastructure only.
 * `E` narrows which errors a function can give; it is always an `EphorError`.
 */
export type Result<T, E extends EphorError = EphorError> = Ok<T> | Err<E>;
export type Ok<T> = { readonly ok: true; readonly value: T };
export type Err<E extends EphorError = EphorError> = { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });
export const err = <E extends EphorError>(error: E): Err<E> => ({ ok: false, error });

/** Closes a switch over a union: a new member is a type error here, and a bug at run time. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
