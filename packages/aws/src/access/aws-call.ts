import { setTimeout as delay } from "node:timers/promises";
import { type Backoff, delayMs } from "@ephor/app/backoff";
import type { Random } from "@ephor/app/ports";
import type { AwsCall, AwsFailure, AwsRequest, AwsService } from "@ephor/domain/aws-call";
import type { JsonObject } from "@ephor/domain/json";
import { err, ok } from "@ephor/domain/result";
import { callFailure, isExpired, isRead } from "./call-failure.ts";
import { plainAnswer } from "./plain-answer.ts";
import type { Connections } from "./request-handler.ts";
import type { ClientSettings } from "./services/calls-of.ts";
import { SERVICES } from "./services/services.ts";

/** Of one call with its repeats, shorter than the time of a task; a caller may cut it shorter by far. */
const CALL_TIMEOUT_MS = 25_000;
/** Reads alone are repeated here: whether a change is to be asked for again, the journal of its plan decides. */
const READ: Backoff = { retries: 4, firstMs: 200, factor: 2, maxMs: 2_000 };

export type CallDeps = {
  readonly connections: Connections;
  readonly random: Random;
  /** Given by tests alone. */
  readonly wait?: (ms: number) => Promise<void>;
  /** Given by tests alone. */
  readonly timeoutMs?: number;
};
type Session = {
  readonly region: string;
  readonly credentials: ClientSettings["credentials"];
  /** Told when AWS knows the credentials no longer. */
  readonly onExpired: () => void;
};

/** Makes calls in one Region with credentials that were chosen before; a client is made when its service is first called. */
export function awsCall(d: CallDeps, { region, credentials, onExpired }: Session): AwsCall {
  const settings: ClientSettings = { region, credentials, requestHandler: d.connections.handler, maxAttempts: 1 };
  const opened = new Map<AwsService, Promise<Call>>();
  const open = (service: AwsService): Promise<Call> => {
    const call = opened.get(service) ?? SERVICES[service]().then(({ calls }) => calls.open(settings));
    opened.set(service, call);
    return call;
  };
  return async (request) => {
    const answered = await repeated(d, { request, call: await open(request.service) });
    if ("answer" in answered) return ok(answered.answer);
    if (isExpired(answered.failure)) onExpired();
    return err(answered.failure);
  };
}

type Call = (operation: string, input: JsonObject, signal: AbortSignal) => Promise<object> | undefined;
type Answered = { readonly answer: JsonObject } | { readonly failure: AwsFailure };
type One = { readonly request: AwsRequest; readonly call: Call; readonly signal: AbortSignal };

async function repeated(d: CallDeps, { request, call }: Omit<One, "signal">): Promise<Answered> {
  const wait = d.wait ?? delay;
  const signal = AbortSignal.timeout(d.timeoutMs ?? CALL_TIMEOUT_MS);
  for (let attempts = 1; ; attempts++) {
    const answered = await once(d, { request, call, signal });
    const mayRepeat = "failure" in answered && isRead(request) && answered.failure.code === "aws.throttled";
    const ms = mayRepeat && !signal.aborted ? delayMs(READ, { attempts, random: d.random }) : undefined;
    if (ms === undefined) return answered;
    await wait(ms);
  }
}

async function once(d: CallDeps, { request, call, signal }: One): Promise<Answered> {
  const { service, operation, input } = request;
  try {
    const answer = await call(operation, input, signal);
    if (answer !== undefined) return { answer: plainAnswer(answer) };
    const message = `${service} ${operation} is none of the operations that remediations may call`;
    return { failure: { code: "aws.refused", message, awsCode: "UnknownOperation" } };
  } catch (cause) {
    return { failure: callFailure(cause, { request, hasLeft: d.connections.hasLeft(signal) }) };
  }
}
