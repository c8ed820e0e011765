import type { DeadLetterDeps } from "@ephor/app/dead-letters";
import { parkEvent } from "@ephor/app/park-event";
import type { Blobs } from "@ephor/app/ports";
import { tenantOf } from "@ephor/app/tenant-of";
import type { Config } from "@ephor/domain/config/config";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import type { NotesRuns } from "../dependencies.ts";
import { envelopeOf } from "../envelope-of.ts";
import { causeText, eventOrRef, run, version } from "../payloads.ts";

export type ParkDeps = DeadLetterDeps & NotesRuns & { readonly blobs: Blobs; readonly config: Config };

const text = z.string();
export const parkEventTask = defineTask(
  z.strictObject({
    v: version,
    event: eventOrRef,
    error: text,
    cause: causeText,
    correlationId: text,
    run: run.exactOptional(),
  }),
  async (d: ParkDeps, { event, error, cause, correlationId, run }) => {
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
);
