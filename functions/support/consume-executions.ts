import { executionKey } from "@ephor/app/keys";
import type { Log } from "@ephor/app/ports";
import { type RecordExecutionDeps, recordExecution, type ToldExecution } from "@ephor/app/record-execution";
import { tenantOf, tenantsOf } from "@ephor/app/tenant-of";
import type { Config } from "@ephor/domain/config/config";
import { isCorrelationId } from "@ephor/domain/correlation";
import { EphorException, ephorError } from "@ephor/domain/error";
import { executionIdOf } from "@ephor/domain/ids";
import { isJsonObject, type Json } from "@ephor/domain/json";
import { isTenant, type Tenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { z } from "zod";
import { type BatchAnswer, eachMessage, type QueueBatch } from "./batch.ts";

type Deps = RecordExecutionDeps & {
  readonly config: Pick<Config, "accounts">;
  /** Workflow name -> ARN of its state machine or of an alias of it. */
  readonly arns: ReadonlyMap<string, string>;
  readonly log: Log;
};

const TEXT_MAX = 262_144;
const text = z.string().max(TEXT_MAX);
const epochMs = z.number().int().min(0).max(8.64e15);

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html ; texts may be left out of a large one. */
const event = z.looseObject({
  id: text,
  "detail-type": z.literal("Step Functions Execution Status Change"),
  source: z.literal("aws.states"),
  detail: z.looseObject({
    executionArn: text,
    stateMachineArn: text,
    name: text,
    status: z.enum(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]),
    startDate: epochMs,
    stopDate: epochMs.nullish(),
    input: text.nullish(),
    output: text.nullish(),
    error: text.nullish(),
    cause: text.nullish(),
  }),
});
type Told = z.output<typeof event>;

/** Writes the line of each Standard execution that EventBridge tells of; one that cannot be read comes again, alone. */
export async function consumeExecutions(d: Deps, batch: QueueBatch): Promise<BatchAnswer> {
  return eachMessage(batch, {
    log: d.log,
    handle: async (body) => {
      const parsed = event.safeParse(body);
      if (!parsed.success) throw malformed(`no change of an execution: ${z.prettifyError(parsed.error).slice(0, 300)}`);
      const told = toldOf(d, parsed.data);
      const done = await recordExecution(d, { tenant: await tenantFor(d, told), told });
      if (!done.ok) throw new EphorException(done.error);
    },
  });
}

function toldOf({ arns }: Deps, { id, detail }: Told): ToldExecution {
  const { executionArn, stateMachineArn, name, status, startDate, stopDate, output, error, cause } = detail;
  const [workflow] = [...arns].find(([, arn]) => machineOf(arn) === stateMachineArn) ?? [];
  if (workflow === undefined) throw malformed(`an execution of ${stateMachineArn}, which is no workflow of this stage`);
  const input = jsonOf(detail.input);
  const correlationId = isJsonObject(input) ? input["correlationId"] : undefined;
  return {
    ...{ id: executionIdOf(executionArn), workflow, name, type: "standard" },
    // A redrive that waits goes on, as far as anybody here can tell.
    status: status === "PENDING_REDRIVE" ? "RUNNING" : status,
    startedAt: timestamp(startDate),
    endedAt: stopDate == null ? null : timestamp(stopDate),
    ...{ error: error ?? null, cause: cause ?? null, output: jsonOf(output) ?? null, input },
    correlationId: isCorrelationId(correlationId) ? correlationId : id,
  };
}

/** The ARN of a state machine without its alias. */
const machineOf = (arn: string): string => arn.split(":").slice(0, 7).join(":");

function jsonOf(given: string | null | undefined): Json | undefined {
  if (given == null) return undefined;
  try {
    return JSON.parse(given);
  } catch {
    throw malformed("an input or output of an execution is no JSON");
  }
}

/** Whom the execution is for: what its input says, else who has its line already, else the only tenant there is. */
async function tenantFor(d: Deps, { id, input, workflow }: ToldExecution): Promise<Tenant> {
  const named = tenantIn(d.config, input);
  if (named !== undefined) return named;
  const tenants = tenantsOf(d.config);
  for (const tenant of tenants) if ((await d.store.get(executionKey(tenant, id))) !== undefined) return tenant;
  const [only] = tenants;
  if (only !== undefined && tenants.length === 1) return only;
  throw malformed(`an execution of ${workflow} whose input names no tenant`);
}

function tenantIn(config: Deps["config"], input: Json | undefined): Tenant | undefined {
  if (!isJsonObject(input)) return undefined;
  const { tenant, event: routed } = input;
  if (typeof tenant === "string" && isTenant(tenant)) return tenant;
  if (!isJsonObject(routed)) return undefined;
  const { ref, account } = routed;
  const kept = isJsonObject(ref) ? ref["tenant"] : undefined;
  if (typeof kept === "string" && isTenant(kept)) return kept;
  return typeof account === "string" ? tenantOf(config, account) : undefined;
}

const malformed = (message: string) => new EphorException(ephorError("event.malformed", message));
