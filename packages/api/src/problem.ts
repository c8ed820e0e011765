import { ERROR_CODES } from "@ephor/domain/error";
import type { ApiError, FieldError } from "./api-error.ts";
import { jsonReply, type Reply } from "./reply.ts";

/** RFC 9457 problem details; `type` is stable and names the code, `detail` is a sentence to act on. */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly code: string;
  readonly correlationId: string;
  readonly errors?: readonly FieldError[];
};

/** Whoever is told to come back later is told when. */
const RETRY_AFTER_SECONDS: Readonly<Record<number, string>> = { 429: "1", 503: "2" };

export function problemOf(error: ApiError, correlationId: string): Problem {
  const { status } = ERROR_CODES[error.code];
  const told = { type: `urn:ephor:problem:${error.code}`, title: titleOf(error.code), status };
  const named = { code: error.code, correlationId };
  // What went wrong inside is for the log: a 5xx carries only its code and the correlation id (console.md).
  if (status >= 500) return { ...told, ...named };
  const where = error.path === undefined ? [] : [{ path: error.path, message: error.message }];
  const errors = error.errors ?? where;
  return { ...told, detail: error.message, ...named, ...(errors.length === 0 ? {} : { errors }) };
}

/** Headers that belong to an error whatever its form. */
export function problemHeaders(error: ApiError): Record<string, string> {
  const retryAfter = RETRY_AFTER_SECONDS[ERROR_CODES[error.code].status];
  return {
    ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
    ...(ERROR_CODES[error.code].status === 401 ? { "www-authenticate": challenge(error) } : {}),
    ...error.headers,
  };
}

export function problemReply(error: ApiError, correlationId: string): Reply {
  const problem = problemOf(error, correlationId);
  const headers = { ...problemHeaders(error), "content-type": "application/problem+json" };
  return jsonReply(problem, { status: problem.status, headers });
}

/** RFC 6750 section 3: the error is named only where credentials were given. */
const challenge = (error: ApiError): string =>
  error.code === "auth.refused" ? 'Bearer realm="ephor", error="invalid_token"' : 'Bearer realm="ephor"';

function titleOf(code: string): string {
  const words = code.replaceAll(/[.-]/g, " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}
