import type { DeadLetterDeps } from "@ephor/app/dead-letters";
import { dispatchEffects, type EffectDeps } from "@ephor/app/dispatch-effects";
import { type Evaluate, evaluateDetections } from "@ephor/app/evaluate-detections";
import type { NoteRun } from "@ephor/app/note-run";
import { parkEvent } from "@ephor/app/park-event";
import type { Blobs, Log } from "@ephor/app/ports";
import { type RecordFindingDeps, recordFinding } from "@ephor/app/record-finding";
import { type SignCheckpointDeps, signCheckpoint } from "@ephor/app/sign-checkpoint";
import { tenantOf } from "@ephor/app/tenant-of";
import type { Config } from "@ephor/domain/config/config";
import { ephorError } from "@ephor/domain/error";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { z } from "zod";
import { APPROVAL_TASKS } from "./approval-tasks.ts";
import { defineTask, type Task } from "./define-task.ts";
import { EXCEPTION_TASKS, type ExceptionTaskDeps } from "./exception-tasks.ts";
import { type EventOrRef, eventOrRef, executionId, jsonObject, run, seen, tenant, version } from "./payloads.ts";
import { RESPONSE_TASKS, type ResponseTaskDeps } from "./response-tasks.ts";

type Events = { readonly blobs: Blobs; readonly config: Config };
type Evaluates = { readonly evaluate: Evaluate; readonly log: Log };
/** Every tenant that may have work waiting. */
type Tenants = { readonly tenants: () => readonly Tenant[] };
/** Gives waiting records their places, where the store does not do so in the commit itself (AWS). */
type Settles = { readonly settle?: (tenant: Tenant) => Promise<unknown> };

/** Writes the line of an Express run, where nobody else can: a node's runner does so itself. */
type NotesRuns = { readonly noteRun?: NoteRun };

const text = z.string();
/** Task name -> use case, each with what it alone needs, so that its bundle on AWS holds no other client. */
export const TASKS = {
  "evaluate-detections": defineTask(
    z.strictObject({ v: version, event: eventOrRef }),
    async (d: Events & Evaluates, { event }) => {
      const envelope = await envelopeOf(d, event);
      if (!envelope.ok) return envelope;
      const evaluated = evaluateDetections(d, envelope.value);
      if (!evaluated.ok) return evaluated;
      for (const failed of evaluated.value.failed) d.log.warn("detection.failed", failed);
      const seenIn = tenantOf(d.config, String(envelope.value["account"]));
      return ok({
        seen: evaluated.value.seen.map((one) => ({ ...one, tenant: seenIn })),
        failed: evaluated.value.failed,
        tenant: seenIn,
      } as unknown as Json);
    },
  ),

  "record-finding": defineTask(
    z.strictObject({ v: version, seen: seen.extend({ tenant }), correlationId: text, executionId }),
    async (d: RecordFindingDeps, { seen, ...context }) => recordFinding(d, { ...seen, ...context }),
  ),

  "park-event": defineTask(
    z.strictObject({
      v: version,
      event: eventOrRef,
      error: text,
      cause: text,
      correlationId: text,
      run: run.exactOptional(),
    }),
    async (d: Events & DeadLetterDeps & NotesRuns, { event, error, cause, correlationId, run }) => {
      const envelope = await envelopeOf(d, event);
      if (!envelope.ok) return envelope;
      const owner = tenantOf(d.config, String(envelope.value["account"]));
      const reason = { code: error, message: cause };
      const parked = await parkEvent(d, {
        tenant: owner,
        envelope: envelope.value,
        error: reason,
        attempts: 1,
        correlationId,
      });
      if (!parked.ok || run === undefined) return parked;
      const failure = { error: "event.parked", cause: `kept as dead letter ${parked.value.deadLetterId}` };
      const noted = await d.noteRun?.({
        tenant: owner,
        run,
        correlationId,
        outcome: { status: "FAILED", ...failure, output: null },
      });
      return noted === undefined || noted.ok ? parked : noted;
    },
  ),

  "note-execution": defineTask(
    z.strictObject({ v: version, tenant, findings: z.array(jsonObject), correlationId: text, run }),
    async (d: NotesRuns, { tenant, findings, correlationId, run }) => {
      const outcome = { status: "SUCCEEDED", error: null, cause: null, output: { findings } } as const;
      const noted = await d.noteRun?.({ tenant, run, correlationId, outcome });
      return noted === undefined || noted.ok ? ok({}) : noted;
    },
  ),

  "dispatch-effects": defineTask(jsonObject, async (d: EffectDeps & Tenants) => {
    const all = await Promise.all(d.tenants().map((one) => dispatchEffects(d, one)));
    return ok({ tried: all.reduce((sum, { tried }) => sum + tried, 0) });
  }),

  "sign-checkpoint": defineTask(jsonObject, async (d: SignCheckpointDeps & Tenants & Settles) => {
    const sizes = await Promise.all(
      d.tenants().map(async (one) => {
        await d.settle?.(one);
        return signCheckpoint(d, one);
      }),
    );
    return ok({ sizes: sizes.map((result) => (result.ok ? result.value.size : null)) });
  }),

  ...APPROVAL_TASKS,
  ...EXCEPTION_TASKS,
  ...RESPONSE_TASKS,
};
export type TaskName = keyof typeof TASKS;
export type DepsOf<N extends TaskName> = (typeof TASKS)[N] extends Task<infer D> ? D : never;

/** Everything that any task needs; a node builds it once. */
export type TaskDeps = Events &
  Evaluates &
  Tenants &
  Settles &
  NotesRuns &
  EffectDeps &
  RecordFindingDeps &
  SignCheckpointDeps &
  ExceptionTaskDeps &
  ResponseTaskDeps;

/** The same by any name. `test/architecture.test.ts` holds this table and the topology's tasks together. */
export const tasks: Readonly<Record<string, Task<TaskDeps>>> = TASKS;

async function envelopeOf(d: Pick<Events, "blobs">, event: EventOrRef): Promise<Result<JsonObject>> {
  if (!isRef(event)) return ok(event as JsonObject);
  const bytes = await d.blobs.get(event.ref);
  if (bytes === undefined)
    return err(ephorError("event.malformed", `the event ${event.ref.id} is not stored any more`));
  const value: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  return isJsonObject(value)
    ? ok(value)
    : err(ephorError("event.malformed", `the stored event ${event.ref.id} is no object`));
}

const isRef = (event: EventOrRef): event is Extract<EventOrRef, { ref: unknown }> => "ref" in event;
