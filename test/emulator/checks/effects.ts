import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { effectWrite } from "@ephor/app/effects";
import type { Effect } from "@ephor/app/items";
import { dynamodbStore } from "@ephor/aws/dynamodb/dynamodb-store";
import { DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { testRandom } from "../../contract/support/store-subjects.ts";
import { CREDENTIALS } from "../clients.ts";
import { HOME_REGION } from "../system.ts";
import { answerOf, type Check, everyItem, must, type World } from "./check.ts";

/** An answer for a task that is unknown, because it ended or never was, is done: it is not tried for ever. */
async function unknownToken(world: World): Promise<string> {
  const { system } = world;
  const client = new DynamoDBClient({
    endpoint: system.faults.endpoint,
    region: HOME_REGION,
    credentials: CREDENTIALS,
  });
  const clock = { now: () => timestamp(Date.now()) };
  const store = dynamodbStore({ client, table: system.nameOf("ephor"), clock, random: testRandom });
  const answers = [
    { kind: "success", output: { done: true } },
    { kind: "failure", error: "test.failed", cause: "nobody waits" },
  ] as const;
  for (const [index, answer] of answers.entries()) {
    const effect: Effect = { kind: "answer-task", token: `AAAAunknown-${index}`, answer };
    answerOf(await store.transact([effectWrite({ tenant, effect, at: clock.now() })]));
  }
  await system.settled();
  const letters = await everyItem(system.api.listDeadLetters);
  must(letters.length === 0, `it became a dead letter: ${JSON.stringify(letters[0]?.error)}`);
  return `${answers.length} answers to unknown task tokens, both done and gone`;
}

export const EFFECTS: readonly Check[] = [{ name: "an unknown task token counts as done", run: unknownToken }];
