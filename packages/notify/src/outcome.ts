import type { NotifyError } from "@ephor/app/ports";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import type { HttpAnswer } from "./http/http-poster.ts";

/** What may succeed later. Messages hold neither URLs nor what the receiver wrote: both can hold secrets. */
export const failed = (message: string, { retryAfterSeconds }: { retryAfterSeconds?: number | undefined } = {}) =>
  err<NotifyError>({
    ...ephorError("notify.failed", message),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
/** What never will, as it is configured now. */
export const refused = (message: string) => err<NotifyError>(ephorError("notify.refused", message));

/** Answers that say "later": https://www.rfc-editor.org/rfc/rfc9110#section-15.5 and RFC 6585. */
const LATER = new Set([408, 425, 429]);

/** What an answer means: 2xx is taken, 408, 425, 429 and 5xx may pass, everything else is a refusal; no redirect is followed. */
export function judged(answer: HttpAnswer, who: string): Result<HttpAnswer, NotifyError> {
  const { status, retryAfterSeconds } = answer;
  if (status >= 200 && status < 300) return ok(answer);
  if (status >= 300 && status < 400) return refused(`${who} answered ${status}; redirects are not followed`);
  if (LATER.has(status) || status >= 500) return failed(`${who} answered ${status}`, { retryAfterSeconds });
  return refused(`${who} answered ${status}`);
}
