import {
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { TaskTokenError, TaskTokens } from "@ephor/app/ports";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { type CallDeps, callAws, messageOf, nameOf } from "../call-aws.ts";

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html , in characters. */
const ERROR_MAX = 256;
const CAUSE_MAX = 32_768;

/** A token that is malformed was never given out: nobody waits for it either. */
const REFUSALS: Readonly<Record<string, TaskTokenError["code"]>> = {
  TaskDoesNotExist: "task.does-not-exist",
  InvalidToken: "task.does-not-exist",
  TaskTimedOut: "task.timed-out",
};

/** Answers tasks that wait with a token. An answer sent again finds the task gone, so every call may be repeated. */
export function sfnTaskTokens(d: CallDeps & { readonly client: SFNClient }): TaskTokens {
  const answer = async (send: (signal: AbortSignal) => Promise<unknown>): Promise<Result<void, TaskTokenError>> => {
    try {
      await callAws(d, { service: "Step Functions", family: "aws", isRepeatable: true, send });
      return ok(undefined);
    } catch (cause) {
      const code = REFUSALS[nameOf(cause)];
      if (code === undefined) throw cause;
      return err(ephorError(code, messageOf(cause)));
    }
  };
  return {
    succeed: ({ token, output }) => {
      const command = new SendTaskSuccessCommand({ taskToken: token, output: JSON.stringify(output) });
      return answer((abortSignal) => d.client.send(command, { abortSignal }));
    },
    fail: ({ token, error, cause }) => {
      const told = { error: error.slice(0, ERROR_MAX), cause: cause.slice(0, CAUSE_MAX) };
      const command = new SendTaskFailureCommand({ taskToken: token, ...told });
      return answer((abortSignal) => d.client.send(command, { abortSignal }));
    },
    heartbeat: ({ token }) => {
      const command = new SendTaskHeartbeatCommand({ taskToken: token });
      return answer((abortSignal) => d.client.send(command, { abortSignal }));
    },
  };
}
