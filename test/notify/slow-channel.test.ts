import { effectWrite } from "@ephor/app/effects";
import { parseFindingId } from "@ephor/domain/ids";
import { ok } from "@ephor/domain/result";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { expect, test } from "vitest";
import { stoppedLogging } from "../support/stopped-logging.ts";
import { until } from "../support/until.ts";
import { aWorld } from "../workflows/world.ts";
import { aReceiver } from "./support/servers.ts";

const MANY = 2_500;
const AT_ONCE = 100;
type World = Awaited<ReturnType<typeof aWorld>>;

/** Notices of the world's one finding for a channel, so many, all due. */
async function storeNotices(world: World, { channel, count }: { channel: string; count: number }): Promise<void> {
  const [finding] = await world.findings();
  const findingId = parseFindingId(finding?.id ?? "");
  if (findingId === undefined) throw new Error("no finding");
  const notice = { kind: "finding", findingId, generation: 1 } as const;
  const writes = Array.from({ length: count }, (_, at) =>
    effectWrite({
      ...{ tenant: DEFAULT_TENANT, at: world.time.clock.now() },
      effect: { kind: "notify", channel, notice, correlationId: `many-${at}` },
    }),
  );
  while (writes.length > 0) expect(await world.store().transact(writes.splice(0, AT_ONCE))).toMatchObject({ ok: true });
}

/** A world that tells `quick` of a finding, whose first try fails, and has many notices for `slow`, which hangs. */
async function aWorldWithASlowChannel() {
  const statuses = [500];
  const slow = await aReceiver(() => undefined);
  const quick = await aReceiver((_, response) => void response.writeHead(statuses.shift() ?? 200).end());
  const hook = (url: string) => ({ kind: "webhook", url, messagesPerMinute: 1000 });
  const channels = { slow: hook(slow.url), quick: hook(quick.url) };
  const rules = [{ match: { detection: "cloudtrail.*" }, mode: "notify", channels: ["quick"] }];
  const config = { channels, responsePolicy: { rules } };
  const world = await aWorld(config, { secretOf: async () => ok("key") });
  await world.receive(stoppedLogging());
  await until("the first try", () => quick.received.length === 1);
  await storeNotices(world, { channel: "slow", count: MANY });
  await until("the slow channel to hang", () => slow.received.length > 0);
  return { world, config, slow, quick };
}

test("however much waits for a channel that hangs, another's retry comes in its time", async () => {
  const { world, slow, quick } = await aWorldWithASlowChannel();
  await until("the second try", () => {
    world.time.advance(1);
    return quick.received.length === 2;
  });
  expect(slow.received.length).toBeLessThanOrEqual(16);
});

test("however much waits for a channel that hangs, a start finds what is due for another", async () => {
  const { world, quick } = await aWorldWithASlowChannel();
  await world.restart();
  await until("the second try", () => {
    world.time.advance(1);
    return quick.received.length === 2;
  });
});

test("what waits for a channel that was taken out of the configuration ends as dead letters", async () => {
  const gone = await aReceiver((_, response) => void response.writeHead(500).end());
  const hook = { kind: "webhook", url: gone.url };
  const rules = [{ match: { detection: "cloudtrail.*" }, mode: "notify" }];
  const world = await aWorld({ channels: { gone: hook }, responsePolicy: { rules } });
  await world.receive(stoppedLogging());
  await until("the first try", () => gone.received.length === 1);
  const other = await aReceiver();
  await world.restart({ channels: { other: { kind: "webhook", url: other.url } }, responsePolicy: { rules } });
  const [letter] = await until("the dead letter", async () => {
    world.time.advance(60);
    const letters = await world.deadLetters();
    return letters.length > 0 && letters;
  });
  expect(letter?.error).toMatchObject({
    code: "notify.refused",
    message: expect.stringMatching(/^channel gone, .*: there is no channel gone in the configuration$/),
  });
  expect([gone.received.length, other.received.length]).toEqual([1, 0]);
});
