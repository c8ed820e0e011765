import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Blobs, Clock, Inbox } from "@ephor/app/ports";
import { ephorError } from "@ephor/domain/error";
import { inboxIdOf } from "@ephor/domain/ids";
import type { JsonObject } from "@ephor/domain/json";
import { err, ok } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { type CallDeps, callAws } from "../call-aws.ts";
import { eventOrReference, INLINE_BYTES_MAX } from "./event-reference.ts";

const EVENT_BYTES_MAX = 5 * 1024 * 1024;

type Deps = CallDeps & {
  readonly client: SQSClient;
  readonly queueUrl: string;
  readonly blobs: Blobs;
  readonly clock: Clock;
  /** Puts an event of Ephor's own on the bus (`putEvent`). */
  readonly putOwnEvent: (envelope: JsonObject) => Promise<void>;
};

/** What a message of the queue holds. `event`: the envelope, or `{ref}` where it is over 240 KiB. */
export type InboxMessage = {
  readonly v: 1;
  readonly tenant: Tenant;
  readonly id: string;
  readonly event: JsonObject;
  readonly correlationId: string;
};

/**
 * The inbox of a deployment on AWS: an event is accepted once SQS has stored it, and Ephor's own once EventBridge has.
 * A queue does not know what went through it, so `isNew` is always true; event identity absorbs the repeat.
 */
export function sqsInbox(d: Deps): Inbox {
  return {
    async accept({ tenant, envelope, correlationId, again }) {
      const text = JSON.stringify(envelope);
      const isOwn = envelope["source"] === "ephor";
      const [bytes, bytesMax] = [Buffer.byteLength(text), isOwn ? INLINE_BYTES_MAX : EVENT_BYTES_MAX];
      if (bytes > bytesMax) {
        return err(ephorError("input.too-large", `an event of ${bytes} bytes, expected at most ${bytesMax}`));
      }
      const id = inboxIdOf(tenant, again === undefined ? text : `${text} ${again}`);
      if (isOwn) {
        await d.putOwnEvent(envelope);
        return ok({ id, isNew: true });
      }
      const event = await eventOrReference(d, { tenant, id, envelope });
      const message: InboxMessage = { v: 1, tenant, id, event, correlationId };
      const command = new SendMessageCommand({ QueueUrl: d.queueUrl, MessageBody: JSON.stringify(message) });
      await callAws(d, {
        service: "SQS",
        family: "aws",
        isRepeatable: true,
        send: (abortSignal) => d.client.send(command, { abortSignal }),
      });
      return ok({ id, isNew: true });
    },
  };
}
