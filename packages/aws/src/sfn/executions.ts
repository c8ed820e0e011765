import { type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { Executions } from "@ephor/app/ports";
import { type EphorError, EphorException, ephorError } from "@ephor/domain/error";
import { err, ok } from "@ephor/domain/result";
import { type CallDeps, callAws, messageOf, nameOf } from "../call-aws.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html : 256 KiB of input. */
const INPUT_BYTES_MAX = 262_144;

/** What a refusal of StartExecution means; https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const REFUSALS: Readonly<Record<string, "execution.already-exists" | "workflow.not-found" | "workflow.invalid">> = {
  ExecutionAlreadyExists: "execution.already-exists",
  StateMachineDoesNotExist: "workflow.not-found",
  StateMachineDeleting: "workflow.not-found",
  InvalidArn: "workflow.not-found",
  InvalidName: "workflow.invalid",
  InvalidExecutionInput: "workflow.invalid",
  ValidationException: "workflow.invalid",
};

type Deps = CallDeps & {
  readonly client: SFNClient;
  /** What is started for each workflow: the ARN of a state machine, its version or alias. */
  readonly arns: ReadonlyMap<string, string>;
};

/**
 * Starts executions by name. Of a Standard workflow a name is one execution, for 90 days after it ended; an Express one
 * may run again under its name, and its steps are idempotent. The id is the ARN of the execution.
 */
export function sfnExecutions(d: Deps): Executions {
  return {
    async start({ workflow, name, input }) {
      const stateMachineArn = d.arns.get(workflow);
      if (stateMachineArn === undefined) return err(ephorError("workflow.not-found", `no workflow ${workflow}`));
      const text = JSON.stringify(input);
      const bytes = Buffer.byteLength(text);
      if (bytes > INPUT_BYTES_MAX) {
        return err(
          ephorError("workflow.invalid", `an input of ${bytes} bytes, expected at most ${INPUT_BYTES_MAX}`, {
            path: "/input",
          }),
        );
      }
      const command = new StartExecutionCommand({ stateMachineArn, name, input: text });
      try {
        const { executionArn } = await callAws(d, {
          service: "Step Functions",
          family: "aws",
          isRepeatable: true,
          send: (abortSignal) => d.client.send(command, { abortSignal }),
        });
        return ok({ id: executionArn ?? name });
      } catch (cause) {
        const error = refusalOf(cause);
        if (error === undefined) throw cause;
        return err(error);
      }
    },
  };
}

/** A refusal that is not documented for a call (no permission, a wrong Region) is as final, until somebody mends it. */
function refusalOf(cause: unknown): EphorError<(typeof REFUSALS)[string]> | undefined {
  if (cause instanceof EphorException) return undefined;
  const name = nameOf(cause);
  return ephorError(REFUSALS[name] ?? "workflow.invalid", `Step Functions refused: ${name}: ${messageOf(cause)}`, {
    cause,
  });
}
