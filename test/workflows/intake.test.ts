import { describe, expect, test } from "vitest";
import { stoppedLogging as stopped } from "../support/stopped-logging.ts";
import { aWorld } from "./world.ts";

describe("an event becomes a finding", () => {
  test("with its execution, its timeline and its ledger record", async () => {
    const world = await aWorld();
    const event = stopped();
    expect((await world.receive(event)).body).toEqual({ accepted: 1, rejected: [] });
    const [finding] = await world.findings();
    expect(finding).toMatchObject({
      detection: "cloudtrail.logging-stopped",
      occurrences: 1,
      eventIds: [event.eventID],
      status: "open",
    });
    const [execution] = await world.executions("intake");
    expect(execution).toMatchObject({ status: "SUCCEEDED", type: "express" });
    const shown = await world.finding(finding?.id ?? "");
    expect(shown.timeline).toMatchObject([
      { kind: "finding.opened", executionId: execution?.id },
      { kind: "response.requested", text: "Rule 1 asks for: notify" },
    ]);
    expect((await world.records()).filter((record) => record.this === finding?.id)).toMatchObject([{ did: "opened" }]);
  });

  test("once, however often it is sent", async () => {
    const world = await aWorld();
    const event = stopped();
    await world.receive(event);
    const before = await Promise.all([world.findings(), world.executions(), world.records()]);
    await world.receive(event, event);
    await world.receive(event);
    expect(await Promise.all([world.findings(), world.executions(), world.records()])).toEqual(before);
  });

  test("the same finding in any order of its events", async () => {
    const events = [
      stopped({ eventTime: "2026-02-01T09:00:00Z" }),
      stopped(),
      stopped({ eventTime: "2026-02-01T11:00:00Z" }),
    ];
    const one = await aWorld();
    for (const event of events) await one.receive(event);
    const other = await aWorld();
    for (const event of events.toReversed()) await other.receive(event);
    expect(await other.findings()).toEqual(await one.findings());
    expect((await one.findings())[0]).toMatchObject({
      occurrences: 3,
      firstSeenAt: "2026-02-01T09:00:00.000Z",
      lastSeenAt: "2026-02-01T11:00:00.000Z",
    });
  });

  test("many events about one finding at once are each counted", async () => {
    const world = await aWorld();
    await world.receive(...Array.from({ length: 60 }, () => stopped()));
    expect(await world.findings()).toMatchObject([{ occurrences: 60 }]);
    expect(await world.deadLetters()).toEqual([]);
  });

  test("an event that matches nothing leaves no trace but its inbox row", async () => {
    const world = await aWorld();
    const before = (await world.records()).length;
    await world.receive(stopped({ eventName: "DescribeTrails", readOnly: true }));
    expect(await Promise.all([world.findings(), world.executions(), world.deadLetters()])).toEqual([[], [], []]);
    expect(await world.records()).toHaveLength(before);
  });

  test("a malformed event is rejected with its index and reason, and the others go on", async () => {
    const world = await aWorld();
    const answer = await world.receive(stopped(), { nonsense: true }, stopped());
    expect(answer.status).toBe(202);
    expect(answer.body.accepted).toBe(2);
    expect(answer.body.rejected).toMatchObject([{ index: 1 }]);
    expect(await world.findings()).toMatchObject([{ occurrences: 2 }]);
  });
});

describe("a finding that was resolved", () => {
  const resolve = (world: Awaited<ReturnType<typeof aWorld>>, id: string) => transition(world, { id, to: "resolved" });
  async function transition(world: Awaited<ReturnType<typeof aWorld>>, { id, to }: { id: string; to: "resolved" }) {
    const { transitionFinding } = await import("@ephor/app/transition-finding");
    const { clock } = world.time;
    const random = { bytes: (count: number) => Buffer.alloc(count, 3) };
    const change = {
      tenant: "default",
      id,
      to,
      cause: "person",
      reason: "done",
      by: "alice",
      correlationId: "c",
    } as const;
    return transitionFinding(
      { store: world.store(), clock, random, config: world.config },
      { ...change, tenant: (await import("@ephor/domain/tenant")).DEFAULT_TENANT },
    );
  }

  test("is reopened by a later event, in a new generation", async () => {
    const world = await aWorld();
    await world.receive(stopped());
    const id = (await world.findings())[0]?.id ?? "";
    expect(await resolve(world, id)).toMatchObject({ ok: true, value: { status: "resolved" } });
    await world.receive(stopped({ eventTime: "2026-03-02T00:00:00Z" }));
    expect(await world.finding(id)).toMatchObject({
      status: "reopened",
      generation: 2,
      resolvedAt: null,
      occurrences: 2,
    });
  });

  test("stays resolved when an older event arrives late", async () => {
    const world = await aWorld();
    await world.receive(stopped());
    const id = (await world.findings())[0]?.id ?? "";
    await resolve(world, id);
    await world.receive(stopped({ eventTime: "2026-01-01T00:00:00Z" }));
    expect(await world.finding(id)).toMatchObject({ status: "resolved", generation: 1, occurrences: 2 });
  });

  test("is not resolved twice: the second change is refused and says why", async () => {
    const world = await aWorld();
    await world.receive(stopped());
    const id = (await world.findings())[0]?.id ?? "";
    await resolve(world, id);
    expect(await resolve(world, id)).toMatchObject({ ok: false, error: { code: "finding.transition-refused" } });
  });
});

describe("what the response policy says", () => {
  const asking = { responsePolicy: { version: 7, rules: [{ match: { detection: "cloudtrail.*" }, mode: "approve" }] } };
  const ended = async (world: Awaited<ReturnType<typeof aWorld>>) => {
    const [line] = await world.executions("respond");
    if (line !== undefined) await world.node().engine.ended(line.id);
  };

  test("observes unless told: nothing is started", async () => {
    const world = await aWorld();
    await world.receive(stopped());
    expect(await world.executions("respond")).toEqual([]);
  });

  test("starts respond once a generation, and its end stands on the timeline", async () => {
    const world = await aWorld(asking);
    await world.receive(stopped());
    await world.receive(stopped());
    await world.node().stop(1000);
    await world.restart();
    await ended(world);
    const runs = await world.executions("respond");
    expect(runs).toHaveLength(1);
    const [finding] = await world.findings();
    expect(runs[0]).toMatchObject({ name: `respond-${finding?.id}-1`, status: "SUCCEEDED" });
    const shown = await world.finding(finding?.id ?? "");
    expect(shown.timeline.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["finding.opened", "response.requested", "finding.seen", "response.ended"]),
    );
  });

  test("a timeline tells what led to what, also within one millisecond, and counts rules from 1", async () => {
    const world = await aWorld(asking);
    const accounts = Array.from({ length: 12 }, (_, i) => String(100_000_000_000 + i));
    for (const recipientAccountId of accounts) await world.receive(stopped({ recipientAccountId }));
    const findings = await world.findings();
    expect(findings).toHaveLength(accounts.length);
    for (const { id } of findings) {
      const [opened, requested] = (await world.finding(id)).timeline;
      expect(opened).toMatchObject({ kind: "finding.opened", at: requested?.at });
      expect(requested).toMatchObject({ kind: "response.requested", text: "Rule 1 asks for: approve" });
    }
  });
});

describe("an account that nobody configured", () => {
  const config = { accounts: { "111122223333": { environment: "production" } } };

  test("opens a finding, and its events are recorded all the same", async () => {
    const world = await aWorld(config);
    await world.receive(stopped({ recipientAccountId: "999999999999" }));
    expect((await world.findings()).map(({ detection }) => detection).sort()).toEqual([
      "cloudtrail.logging-stopped",
      "ephor.unknown-account",
    ]);
  });

  test("a configured one does not", async () => {
    const world = await aWorld(config);
    await world.receive(stopped());
    expect((await world.findings()).map(({ detection }) => detection)).toEqual(["cloudtrail.logging-stopped"]);
  });
});

test("an event over 240 KiB goes by reference and is found all the same", async () => {
  const world = await aWorld();
  await world.receive(stopped({ userAgent: "x".repeat(300 * 1024) }));
  expect(await world.findings()).toMatchObject([{ occurrences: 1 }]);
  expect(await world.executions()).toMatchObject([{ status: "SUCCEEDED" }]);
});
