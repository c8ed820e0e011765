import { createHash } from "node:crypto";
import type { AwsCall, AwsFailure, AwsRequest } from "@ephor/domain/aws-call";
import { type EphorError, ephorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import type { PlannedCall } from "@ephor/domain/remediation";
import type { CallEntry } from "@ephor/domain/response";
import { type Err, err, type Ok, ok, type Result } from "@ephor/domain/result";
import { serialByKey } from "./serially.ts";
import { type Outputs, referredOutput, resolveInput, unifyCalls } from "./unify-calls.ts";

/** Why calls are not gone on with. The first three may be tried again; what was recorded stands. */
export type CarryOutError = EphorError<
  | "aws.throttled"
  | "aws.unknown-outcome"
  | "store.conflict"
  | "remediation.apply-failed"
  | "remediation.stopped"
  | "remediation.lease-lost"
>;

/** What became of the calls of one plan, each step stored before the next begins. */
export type CallJournal = {
  entries(): Promise<readonly CallEntry[]>;
  /** States that call `index` is about to be made. Refused where applying was stopped or another holds the resource. */
  intend(
    index: number,
  ): Promise<Result<void, EphorError<"remediation.stopped" | "remediation.lease-lost" | "store.conflict">>>;
  settle(
    entry: Pick<CallEntry, "index" | "output" | "known"> & {
      readonly state: "done" | "refused";
      readonly why?: string;
    },
  ): Promise<Result<void, EphorError<"store.conflict">>>;
};

export type Carrying = {
  readonly calls: readonly PlannedCall[];
  readonly journal: CallJournal;
  readonly aws: AwsCall;
  /** Looks at AWS: the calls that are left to make in the state that stands there. */
  readonly remaining: () => Promise<Ok<readonly AwsRequest[]> | Err<EphorError | AwsFailure>>;
  /** Tells AWS that a repeat is one, where the operation takes such a token. */
  readonly token: string;
  /** So many calls are made before the rest is left to the next time. */
  readonly callsMax: number;
};

/**
 * Makes the calls of a plan one after the other, each at most once as far as is known, whatever happens in between:
 * `intent` is stored before, `done` or `refused` after. An intent without an outcome is cleared up by what stands in AWS:
 * what is left to do there is the rest of the plan with this call (it was not made), or without it (it was), or neither
 * (somebody else changed something: `remediation.apply-failed`). Gives whether all are made.
 */
export function carryOutCalls(of: Carrying): Promise<Result<{ finished: boolean }, CarryOutError>> {
  return serially(of.token, () => carryOut(of));
}

/**
 * A task that was given up as timed out may still run in this process when it is tried again: the second waits for the
 * first, and then finds what it recorded. (On AWS a function is ended before its state times out.)
 */
const serially = serialByKey();

async function carryOut(of: Carrying): Promise<Result<{ finished: boolean }, CarryOutError>> {
  const entries = new Map((await of.journal.entries()).map((entry) => [entry.index, entry]));
  let outputs: Outputs = new Map();
  let made = 0;
  for (let index = 0; index < of.calls.length; index++) {
    const entry = entries.get(index);
    if (entry?.state === "done") {
      outputs = new Map([...outputs, [index, entry.output]]);
      continue;
    }
    if (made === of.callsMax) return ok({ finished: false });
    const next = await advance(of, { index, entry, outputs });
    if (!next.ok) return next;
    outputs = next.value;
    made += 1;
  }
  return ok({ finished: true });
}

type Place = { readonly index: number; readonly entry: CallEntry | undefined; readonly outputs: Outputs };

async function advance(of: Carrying, place: Place): Promise<Result<Outputs, CarryOutError>> {
  const { entry } = place;
  if (entry?.state === "refused") return failed(of, { ...place, why: "AWS refused it" });
  if (entry === undefined) return makeCall(of, place);
  const found = await look(of, place);
  if (!found.ok) return found;
  if (found.value.kind === "not-made") return makeCall(of, place);
  if (found.value.kind === "made") return observed(of, { ...place, outputs: found.value.outputs });
  return failed(of, { ...place, why: "the resource is in a state that these calls do not lead to" });
}

type Found =
  | { readonly kind: "not-made" }
  | { readonly kind: "made"; readonly outputs: Outputs }
  | { readonly kind: "foreign" };

/** Whether call `index`, begun before, took place. */
async function look(of: Carrying, { index, outputs }: Omit<Place, "entry">): Promise<Result<Found, CarryOutError>> {
  const read = await of.remaining();
  if (!read.ok) return err(unreadable(read.error));
  const rest = read.value;
  if (unifyCalls(of.calls, { rest, from: index, outputs }) !== undefined) return ok({ kind: "not-made" });
  const after = unifyCalls(of.calls, { rest, from: index + 1, outputs });
  return ok(after === undefined ? { kind: "foreign" } : { kind: "made", outputs: after });
}

const RETRIED: ReadonlySet<string> = new Set(["aws.throttled", "aws.unavailable", "aws.unknown-outcome"]);

/** A read that may succeed later leaves everything as it is. */
function unreadable(error: EphorError | AwsFailure): CarryOutError {
  if (RETRIED.has(error.code)) return ephorError("aws.throttled", error.message, { cause: error });
  return ephorError("remediation.apply-failed", `what stands in AWS cannot be read: ${error.message}`, {
    cause: error,
  });
}

async function makeCall(of: Carrying, place: Place): Promise<Result<Outputs, CarryOutError>> {
  const { index, outputs } = place;
  const call = of.calls[index];
  const input = call && resolveInput(call.input, outputs);
  if (call === undefined || input === undefined) {
    return failed(of, { ...place, why: "it needs what an earlier call did not answer" });
  }
  const intended = await of.journal.intend(index);
  if (!intended.ok) return intended;
  const { service, operation } = call;
  const answer = await of.aws({ service, operation, input: withToken(of, { index, input }) });
  if (!answer.ok) return unanswered(of, { ...place, failure: answer.error });
  const output = referredOutput(of.calls, { index, answer: answer.value });
  const settled = await of.journal.settle({ index, state: "done", known: "answered", output });
  return settled.ok ? ok(new Map([...outputs, [index, output]])) : settled;
}

async function unanswered(
  of: Carrying,
  place: Place & { readonly failure: AwsFailure },
): Promise<Result<Outputs, CarryOutError>> {
  const { index, entry, failure } = place;
  const { code, message, awsCode } = failure;
  if (code === "aws.throttled" || code === "aws.unknown-outcome") {
    return err(ephorError(code, `${message} (${awsCode})`, { cause: failure }));
  }
  // Begun before: the earlier try may have been what made this one impossible.
  const found = entry === undefined ? undefined : await look(of, place);
  if (found?.ok === false) return found;
  if (found?.value.kind === "made") return observed(of, { index, entry, outputs: found.value.outputs });
  const why = `${message} (${awsCode})`;
  const settled = await of.journal.settle({ index, state: "refused", known: "answered", output: {}, why });
  return settled.ok ? failed(of, { ...place, why }) : settled;
}

async function observed(of: Carrying, { index, outputs }: Place): Promise<Result<Outputs, CarryOutError>> {
  const output = outputs.get(index) ?? {};
  const settled = await of.journal.settle({ index, state: "done", known: "observed", output });
  return settled.ok ? ok(new Map([...outputs, [index, output]])) : settled;
}

function failed(of: Carrying, { index, why }: { index: number; why: string }): Err<CarryOutError> {
  const { service, operation } = of.calls[index] ?? { service: "?", operation: "?" };
  const message = `call ${index + 1} of ${of.calls.length}, ${service} ${operation}: ${why}`;
  return err(ephorError("remediation.apply-failed", message));
}

/** Operations that know a repeat by a token, and the member that takes it. AWS SDK v3, each operation's input. */
const TOKENS: Readonly<Record<string, string>> = {
  "ec2 CreateFlowLogs": "ClientToken",
  "ec2 CreateNetworkInterface": "ClientToken",
  "ec2 CreateVolume": "ClientToken",
  "guardduty CreateDetector": "ClientToken",
  "guardduty CreateFilter": "ClientToken",
  "guardduty CreateIPSet": "ClientToken",
  "guardduty CreateThreatIntelSet": "ClientToken",
};

/** The plan's hash for the first call of an operation, another for each further one: AWS refuses a token with other input. */
function withToken({ calls, token }: Carrying, { index, input }: { index: number; input: JsonObject }): JsonObject {
  const { service, operation } = calls[index] ?? {};
  const member = TOKENS[`${service} ${operation}`] ?? "";
  if (member === "" || input[member] !== undefined) return input;
  const earlier = calls.slice(0, index).some((one) => one.service === service && one.operation === operation);
  return { ...input, [member]: earlier ? createHash("sha256").update(`${token} ${index}`).digest("hex") : token };
}
