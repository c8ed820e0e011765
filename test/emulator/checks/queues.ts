import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { until } from "../../support/until.ts";
import { type Check, count, must, type World } from "./check.ts";
import { matching, post } from "./generated.ts";
import { holdAgainstReplay } from "./same-findings.ts";

/** So that a message comes again within the test; deployed are 180 s, six times the consumer's time-out. */
const VISIBILITY_SECONDS = 1;
const DEAD_SECONDS_MAX = 60;

async function withQuickReturns<T>({ system }: World, thing: string, run: () => Promise<T>): Promise<T> {
  const QueueUrl = system.queueUrl(thing);
  const { Attributes: before = {} } = await system.clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout"] }),
  );
  const set = (VisibilityTimeout: string) =>
    system.clients.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout } }));
  await set(String(VISIBILITY_SECONDS));
  try {
    return await run();
  } finally {
    await set(before["VisibilityTimeout"] ?? "180");
  }
}

/** The consumer dies with its batch, started or not: the messages come again. */
async function consumerDies(world: World): Promise<string> {
  const { system } = world;
  return withQuickReturns(world, "inbox", async () => {
    for (const moment of ["before", "after"]) {
      writeFileSync(join(system.switches, `${system.nameOf("inbox-consumer")}.${moment}.1`), "");
      await post(world, matching(world, 5));
      await system.settled();
    }
    count(world, "faults injected", 2);
    const compared = await holdAgainstReplay(world);
    return `died before and after its work, 10 events came again; ${compared} findings as replay has them`;
  });
}

/** A message that nobody can handle ends in the queue's dead-letter queue, and the others of its batch do not. */
async function poisoned(world: World): Promise<string> {
  const { system } = world;
  const { sqs } = system.clients;
  const poison = [
    "{",
    '{"v":1}',
    JSON.stringify({ v: 9, tenant: "default", id: "inb_x", event: {}, correlationId: "c" }),
  ];
  return withQuickReturns(world, "inbox", async () => {
    for (const MessageBody of poison) {
      await sqs.send(new SendMessageCommand({ QueueUrl: system.queueUrl("inbox"), MessageBody }));
    }
    await post(world, matching(world, 5));
    const QueueUrl = system.queueUrl("inbox-dead");
    const bodies = new Set<string>();
    await until(
      "poisoned messages in the dead-letter queue",
      async () => {
        const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
        for (const { Body = "" } of Messages) bodies.add(Body);
        return bodies.size >= poison.length;
      },
      { seconds: DEAD_SECONDS_MAX, state: () => `there are ${bodies.size} of ${poison.length}` },
    );
    must(
      poison.every((body) => bodies.has(body)) && bodies.size === poison.length,
      `others are dead: ${[...bodies].join(" ")}`,
    );
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    await system.settled();
    await holdAgainstReplay(world);
    return `${poison.length} poisoned messages, received 5 times each and then dead; 5 events beside them are recorded`;
  });
}

export const QUEUES: readonly Check[] = [
  { name: "a consumer that dies with its messages gets them again", run: consumerDies },
  { name: "a poisoned message ends in the dead-letter queue, alone", run: poisoned },
];
