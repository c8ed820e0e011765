import { type SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import type { NotifyError } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { type CallDeps, callAws, nameOf } from "../call-aws.ts";

type Deps = CallDeps & { readonly clientFor: (region: string) => SESv2Client };
export type RawMail = {
  readonly region: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Whole MIME message. */
  readonly mime: Uint8Array;
};

/** Refusals that pass: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const PASSING = new Set(["SendingPausedException", "LimitExceededException", "TooManyRequestsException"]);

/** Sends a mail by Amazon SES (v2). A call that may have been carried out is not repeated here: the caller's next try has the same Message-ID. */
export async function sendRawMail(d: Deps, { region, from, to, mime }: RawMail): Promise<Result<void, NotifyError>> {
  const command = new SendEmailCommand({
    FromEmailAddress: from,
    Destination: { ToAddresses: [...to] },
    Content: { Raw: { Data: mime } },
  });
  try {
    await callAws(d, {
      service: "SES",
      family: "aws",
      isRepeatable: false,
      send: (abortSignal) => d.clientFor(region).send(command, { abortSignal }),
    });
    return ok(undefined);
  } catch (cause) {
    if (cause instanceof EphorException) return err(ephorError("notify.failed", cause.error.message));
    const name = nameOf(cause);
    return err(ephorError(PASSING.has(name) ? "notify.failed" : "notify.refused", `SES refused the mail: ${name}`));
  }
}
