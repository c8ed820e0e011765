import { type Evaluate, evaluateDetections } from "@ephor/app/evaluate-detections";
import type { Blobs, Log } from "@ephor/app/ports";
import { tenantOf } from "@ephor/app/tenant-of";
import type { Config } from "@ephor/domain/config/config";
import type { Json } from "@ephor/domain/json";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { envelopeOf } from "../envelope-of.ts";
import { eventOrRef, version } from "../payloads.ts";

export type EvaluateDeps = {
  readonly blobs: Blobs;
  readonly config: Config;
  readonly evaluate: Evaluate;
  readonly log: Log;
};

export const evaluateDetectionsTask = defineTask(
  z.strictObject({ v: version, event: eventOrRef }),
  async (d: EvaluateDeps, { event }) => {
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
);
