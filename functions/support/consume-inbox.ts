import type { Blobs, Executions, Log } from "@ephor/app/ports";
import { EphorException, ephorError } from "@ephor/domain/error";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { type EventOrRef, eventOrRef, jsonObject, tenant, version } from "@ephor/tasks/payloads";
import { z } from "zod";
import { type BatchAnswer, eachMessage, type QueueBatch } from "./batch.ts";
import { startRouted } from "./start-routed.ts";

type Deps = {
  readonly blobs: Blobs;
  readonly executions: Executions;
  readonly workflowsFor: (envelope: JsonObject) => readonly string[];
  readonly log: Log;
};

/** What `sqsInbox` sends. */
const message = z.strictObject({ v: version, tenant, id: z.string(), event: jsonObject, correlationId: z.string() });

/** Starts what each accepted event's routes name. */
export async function consumeInbox(d: Deps, batch: QueueBatch): Promise<BatchAnswer> {
  return eachMessage(batch, {
    log: d.log,
    handle: async (body) => {
      const parsed = message.safeParse(body);
      if (!parsed.success) throw malformed("a message of the inbox is none of its own");
      const { v: _, ...routed } = parsed.data;
      await startRouted(d, { ...routed, envelope: await envelopeOf(d.blobs, routed.event) });
    },
  });
}

async function envelopeOf(blobs: Blobs, event: JsonObject): Promise<JsonObject> {
  const read = eventOrRef.safeParse(event);
  if (!read.success) throw malformed("a message of the inbox holds no event");
  if (!isRef(read.data)) return event;
  const { ref } = read.data;
  const bytes = await blobs.get(ref);
  if (bytes === undefined) throw malformed(`the event ${ref.id} is not stored any more`);
  const envelope: unknown = JSON.parse(Buffer.from(bytes).toString("utf8"));
  if (!isJsonObject(envelope)) throw malformed(`the stored event ${ref.id} is no object`);
  return envelope;
}

const isRef = (event: EventOrRef): event is Extract<EventOrRef, { ref: unknown }> => "ref" in event;

const malformed = (message: string) => new EphorException(ephorError("event.malformed", message));
