import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Call, type Fault, THROTTLED, throttledTransaction } from "../fault-proxy.ts";
import { answerOf, type Check, count, everyItem, must, type World } from "./check.ts";
import { matching, put } from "./generated.ts";
import { holdAgainstReplay } from "./same-findings.ts";

const WRITES = new Set(["TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem"]);
const EVENTS = 30;

/** Some writes find no capacity, at random: each is repeated within its own function. */
async function throttledNowAndThen(world: World): Promise<string> {
  const injected = inject(world, (call) => (world.random.chance(0.3) ? throttled(call) : undefined));
  await put(world, matching(world, EVENTS));
  await world.system.settled();
  const faults = injected.stop();
  must(faults > EVENTS / 2, `only ${faults} writes were throttled`);
  await holdWhole(world);
  return `${faults} writes throttled, none lost, no dead letter`;
}

/** No write finds capacity for longer than a function tries: the workflow catches `store.throttled` and tries again. */
async function throttledForLong(world: World): Promise<string> {
  const since = new Date();
  const injected = inject(world, (call, number) => (number <= 90 ? throttled(call) : undefined));
  await put(world, matching(world, 8));
  await world.system.settled();
  const faults = injected.stop();
  const retried = await failuresNamed(world, { since, error: "store.throttled" });
  must(retried > 0, `${faults} writes were throttled, and no task failed with store.throttled`);
  await holdWhole(world);
  return `${faults} writes throttled; ${retried} tasks failed with store.throttled and were tried again by their workflow`;
}

type Faulty = (call: Call, number: number) => Fault | undefined;

/** Writes answered with a fault where `faulty` says so, until stopped; then gives how many were. */
function inject(world: World, faulty: Faulty): { readonly stop: () => number } {
  let seen = 0;
  let faults = 0;
  world.system.faults.inject((call) => {
    if (!WRITES.has(call.operation)) return undefined;
    seen += 1;
    const fault = faulty(call, seen);
    if (fault !== undefined) faults += 1;
    return fault;
  });
  return {
    stop: () => {
      world.system.faults.inject(undefined);
      count(world, "faults injected", faults);
      return faults;
    },
  };
}

/** A transaction is told by reasons or as a whole, as DynamoDB does either. */
function throttled({ operation, body }: Call): Fault {
  if (operation !== "TransactWriteItems" || body.length % 2 === 0) return THROTTLED;
  const { TransactItems: writes }: { TransactItems: readonly unknown[] } = JSON.parse(body);
  return throttledTransaction(writes.length);
}

async function failuresNamed({ system }: World, { since, error }: { since: Date; error: string }): Promise<number> {
  let failures = 0;
  for (const workflow of ["intake", "respond"]) {
    for (const { executionArn = "", startDate = since } of await system.runs.of(workflow)) {
      if (startDate.getTime() + 1000 < since.getTime()) continue;
      const history = await system.runs.historyOf(executionArn);
      failures += history.filter((event) => errorOf(event) === error).length;
    }
  }
  return failures;
}

type Event = Awaited<ReturnType<World["system"]["runs"]["historyOf"]>>[number];
const errorOf = (event: Event): string | undefined =>
  event.lambdaFunctionFailedEventDetails?.error ?? event.taskFailedEventDetails?.error;

/** A function's process dies, before its work and after it but unanswered: its workflow, or the stream, calls it again. */
async function crashes(world: World): Promise<string> {
  const doomed = ["evaluate-detections", "record-finding", "stream", "plan-remediation"];
  for (const thing of doomed) for (const moment of ["before", "after"]) arm(world, `${thing}.${moment}.1`);
  await put(world, matching(world, EVENTS));
  await world.system.settled();
  takenAll(world, doomed.length * 2);
  await holdWhole(world);
  return `${doomed.length * 2} processes died, of ${doomed.join(", ")}; nothing is lost or doubled, no dead letter`;
}

/** It dies as often as its workflow tries: the event is kept whole, and is as any other once somebody redrives it. */
async function diesForGood(world: World): Promise<string> {
  const { system } = world;
  const attempts = 6;
  for (let attempt = 1; attempt <= attempts; attempt += 1) arm(world, `evaluate-detections.before.${attempt}`);
  await system.scaleWaits(0);
  await put(world, matching(world, 1));
  await system.settled();
  await system.scaleWaits(1);
  takenAll(world, attempts);
  const redriven = await redriveAll(world);
  must(redriven === 1, `${redriven} events were parked, expected 1`);
  await holdWhole(world);
  return `${attempts} of ${attempts} attempts died; the event was parked, redriven and recorded`;
}

const arm = ({ system }: World, fault: string): void => writeFileSync(join(system.switches, system.nameOf(fault)), "");

function takenAll(world: World, faults: number): void {
  const untaken = readdirSync(world.system.switches);
  for (const file of untaken) rmSync(join(world.system.switches, file));
  must(untaken.length === 0, `no invocation took the faults ${untaken.join(", ")}`);
  count(world, "faults injected", faults);
}

async function redriveAll(world: World): Promise<number> {
  const letters = await everyItem(world.system.api.listDeadLetters);
  for (const { id } of letters) answerOf(await world.system.api.redriveDeadLetter(id));
  await world.system.settled();
  const left = await everyItem(world.system.api.listDeadLetters);
  must(left.length === 0, `${left.length} dead letters are left of ${letters.length}`);
  return letters.length;
}

/** Every generation of every finding has had its response, once. */
export async function holdResponses({ system }: World): Promise<void> {
  const items = await system.items();
  const findings = items.filter((item) => /#finding#/.test(textOf(item["pk"])) && textOf(item["sk"]) === "@");
  const ended = (await system.runs.of("respond")).filter(({ status }) => status === "SUCCEEDED");
  const names = new Set(ended.map(({ name }) => name));
  const unanswered = findings.filter((item) => !names.has(`respond-${textOf(item["pk"]).split("#").at(-1)}-1`));
  must(unanswered.length === 0, `${unanswered.length} of ${findings.length} findings have no response`);
}

const textOf = (value: unknown): string =>
  typeof value === "object" && value !== null && "S" in value ? String(value.S) : "";

async function holdWhole(world: World): Promise<void> {
  await holdAgainstReplay(world);
  await holdResponses(world);
  const letters = await everyItem(world.system.api.listDeadLetters);
  must(letters.length === 0, `${letters.length} dead letters: ${JSON.stringify(letters[0])}`);
}

export const FAULTS: readonly Check[] = [
  { name: "throttled writes are repeated and lose nothing", run: throttledNowAndThen },
  { name: "writes throttled for longer are tried again by the workflow, by the error's name", run: throttledForLong },
  { name: "functions that die lose nothing and double nothing", run: crashes },
  { name: "an event whose function always dies is a dead letter, until somebody redrives it", run: diesForGood },
];
