import { channelPace } from "@ephor/app/notice-pace";
import { addSeconds, type Timestamp, timestamp } from "@ephor/domain/time";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { expect, onTestFinished, test } from "vitest";
import { tempFolder } from "../support/temp-folder.ts";

const START = timestamp(Date.UTC(2026, 0, 1));

test("with turns ahead a channel still gets no more at once than its minute takes, and asks the store for few of them", async () => {
  const folder = tempFolder();
  let now = START;
  const opened = openSqlite({ file: `${folder.path}/db`, clock: { now: () => now } });
  if (!opened.ok) throw new Error(opened.error.message);
  const { store, close } = opened.value;
  onTestFinished(() => {
    close();
    folder.remove();
  });
  let writes = 0;
  const counted = {
    ...store,
    transact: (...of: Parameters<typeof store.transact>) => {
      writes += 1;
      return store.transact(...of);
    },
  };
  const takeTurn = channelPace({ store: counted, clock: { now: () => now }, ahead: 8 });
  const turns: Timestamp[] = [];
  for (let message = 0; message < 120; message++)
    turns.push(await takeTurn({ channel: "out", messagesPerMinute: 100 }));
  expect(turns.filter((turn) => turn === START)).toHaveLength(100);
  expect(writes).toBeLessThan(40);
  // What was promised ahead ends with its minute.
  const late = channelPace({ store, clock: { now: () => now }, ahead: 8 });
  now = addSeconds(START, 600);
  await late({ channel: "out", messagesPerMinute: 100 });
  now = addSeconds(START, 661);
  const next: Timestamp[] = [];
  for (let message = 0; message < 101; message++) next.push(await late({ channel: "out", messagesPerMinute: 100 }));
  expect(next.filter((turn) => turn === now)).toHaveLength(100);
});
