import { type EphorError, type ErrorCode, ephorError } from "@ephor/domain/error";
import { type Err, err } from "@ephor/domain/result";

/** One field that is wrong: a JSON pointer into the body, or the name of a parameter. */
export type FieldError = { readonly path: string; readonly message: string };

/** An expected error on its way to an answer, with what HTTP adds to it. */
export type ApiError = EphorError & {
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
};

type More = { path?: string; errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> };

export function refuse(code: ErrorCode, message: string, { errors, headers, ...more }: More = {}): Err<ApiError> {
  return err({
    ...ephorError(code, message, more),
    ...(errors === undefined ? {} : { errors }),
    ...(headers === undefined ? {} : { headers }),
  });
}
