import type { Log } from "@ephor/app/ports";

/** A batch of SQS messages as Lambda hands it in. */
export type QueueBatch = { readonly Records: readonly { readonly messageId: string; readonly body: string }[] };
/** Which messages are to come again; https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
export type BatchAnswer = { readonly batchItemFailures: readonly { readonly itemIdentifier: string }[] };

export const failuresOf = (ids: readonly string[]): BatchAnswer => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

/** Handles each message by itself: one that cannot be handled comes again, and ends in the queue's dead-letter queue. */
export async function eachMessage(
  batch: QueueBatch,
  { log, handle }: { log: Log; handle: (body: unknown) => Promise<void> },
): Promise<BatchAnswer> {
  const failed = await Promise.all(
    batch.Records.map(async ({ messageId, body }) => {
      try {
        await handle(JSON.parse(body));
        return [];
      } catch (error) {
        log.error("bus.delivery-failed", { message_id: messageId, error });
        return [messageId];
      }
    }),
  );
  return failuresOf(failed.flat());
}
