import type { Blobs, Clock, Executions, Log } from "@ephor/app/ports";
import { tenantOf } from "@ephor/app/tenant-of";
import { eventOrReference } from "@ephor/aws/sqs/event-reference";
import type { Config } from "@ephor/domain/config/config";
import { isCorrelationId } from "@ephor/domain/correlation";
import { EphorException, ephorError } from "@ephor/domain/error";
import { inboxIdOf } from "@ephor/domain/ids";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { type BatchAnswer, eachMessage, type QueueBatch } from "./batch.ts";
import { startRouted } from "./start-routed.ts";

type Deps = {
  readonly blobs: Blobs;
  readonly clock: Clock;
  readonly executions: Executions;
  readonly workflowsFor: (envelope: JsonObject) => readonly string[];
  readonly config: Pick<Config, "accounts">;
  readonly log: Log;
};

/**
 * Takes up what EventBridge could not hand to a workflow, from the dead-letter queue of the rules' targets: an event too
 * large to be an input goes by reference, any other is started once more. What fails again stays for the next queue.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export async function consumeUndelivered(d: Deps, batch: QueueBatch): Promise<BatchAnswer> {
  return eachMessage(batch, {
    log: d.log,
    handle: async (body) => {
      const envelope = envelopeIn(body);
      const tenant = tenantOf(d.config, String(envelope["account"]));
      const id = inboxIdOf(tenant, JSON.stringify(envelope));
      const event = await eventOrReference(d, { tenant, id, envelope });
      const correlationId = isCorrelationId(envelope["id"]) ? envelope["id"] : id;
      await startRouted(d, { tenant, id, envelope, event, correlationId });
    },
  });
}

/** The event itself, or the input that the target would have had. */
function envelopeIn(body: unknown): JsonObject {
  const given = isJsonObject(body) && isJsonObject(body["event"]) ? body["event"] : body;
  if (isJsonObject(given) && isJsonObject(given["detail"]) && typeof given["source"] === "string") return given;
  throw new EphorException(ephorError("event.malformed", "an undelivered message holds no event"));
}
