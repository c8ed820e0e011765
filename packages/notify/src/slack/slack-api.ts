import type { NotifyError } from "@ephor/app/ports";
import type { JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import { z } from "zod";
import type { HttpPoster } from "../http/http-poster.ts";
import { failed, judged, refused } from "../outcome.ts";

const answerSchema = z.looseObject({
  ok: z.boolean(),
  error: z
    .string()
    .regex(/^[a-z0-9_]{1,64}$/)
    .optional(),
  channel: z.string().optional(),
  ts: z.string().optional(),
});
export type SlackAnswer = z.output<typeof answerSchema>;

/** Errors that pass by themselves; https://docs.slack.dev/reference/methods/chat.postMessage#errors */
const PASSING = new Set([
  "ratelimited",
  "rate_limited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);
const LATER_SECONDS = 30;

export type SlackError = NotifyError & { readonly slackError?: string };

/** One call of Slack's Web API. Slack answers 200 also where it refuses; its own error stands in `slackError`. */
export async function callSlack(
  d: { readonly http: HttpPoster; readonly apiUrl: string; readonly token: string },
  { method, body }: { method: string; body: JsonObject },
): Promise<Result<SlackAnswer, SlackError>> {
  const headers = { authorization: `Bearer ${d.token}`, "content-type": "application/json; charset=utf-8" };
  const answered = await d.http.post({ url: `${d.apiUrl}/${method}`, headers, body: JSON.stringify(body) });
  if (!answered.ok) return answered;
  const judgement = judged(answered.value, "Slack");
  if (!judgement.ok) return judgement;
  const answer = parsed(answered.value.text);
  if (answer === undefined) return failed("Slack answered something that is no answer of its Web API");
  if (answer.ok) return ok(answer);
  const slackError = answer.error ?? "no error named";
  const message = `Slack refused ${method}: ${slackError}`;
  if (!PASSING.has(slackError)) return { ok: false, error: { ...refused(message).error, slackError } };
  return failed(message, { retryAfterSeconds: answered.value.retryAfterSeconds ?? LATER_SECONDS });
}

function parsed(text: string): SlackAnswer | undefined {
  try {
    const answer = answerSchema.safeParse(JSON.parse(text));
    return answer.success ? answer.data : undefined;
  } catch {
    return undefined;
  }
}
