import { replayFindings } from "@ephor/app/replay-findings";
import { tenantOf } from "@ephor/app/tenant-of";
import { type Finding, findingLine } from "@ephor/domain/finding";
import { decideResponse } from "@ephor/domain/response-policy";
import type { Facts } from "./facts.ts";
import type { Journal } from "./journal.ts";

type Seen = { readonly facts: Facts; readonly journal: Journal };
type Guarantee = {
  readonly name: string;
  /** What is not so, a sentence each. */
  readonly broken: (seen: Seen) => readonly string[];
};

const SHOWN_MAX = 5;

/** What must hold of a store when nothing is left to do, whatever happened to the node before. */
const GUARANTEES: readonly Guarantee[] = [
  { name: "nothing acknowledged is lost", broken: lostEvents },
  { name: "nothing is there that was not sent", broken: strayEvents },
  { name: "every stored event is done", broken: undoneEvents },
  { name: "no event is a dead letter", broken: ({ facts }) => facts.deadLetters.map((one) => JSON.stringify(one)) },
  { name: "findings are those of a replay of what was stored", broken: unlikeReplay },
  { name: "occurrences are the distinct identities", broken: miscounted },
  { name: "the ledger tells each sighting once", broken: ledgerSightings },
  { name: "the timeline tells each sighting once", broken: timelineSightings },
  { name: "every routed event has one execution, and it succeeded", broken: intakeExecutions },
  { name: "every generation is answered once", broken: responses },
  { name: "every history is whole and each step stands once", broken: brokenHistories },
  { name: "every acknowledged decision stands once", broken: decisions },
];

/** Every guarantee that does not hold, with examples. */
export function violations(seen: Seen): readonly string[] {
  const found = GUARANTEES.flatMap(({ name, broken }) => {
    const all = broken(seen);
    return all.length === 0 ? [] : [`${name}: ${all.length} times not, such as ${all.slice(0, SHOWN_MAX).join("; ")}`];
  });
  return [...found, ...seen.journal.wrongAnswers.slice(0, SHOWN_MAX)];
}

function lostEvents({ facts, journal }: Seen): readonly string[] {
  return [...journal.acknowledged].flatMap((id) => {
    if (!facts.inbox.has(id)) return [`the acknowledged event ${id} is not in the inbox`];
    const missing = journal.sent
      .get(id)
      ?.sightings.find(({ findingId, identity }) => !facts.members.get(findingId)?.includes(identity));
    return missing === undefined ? [] : [`${missing.identity} is no member of ${missing.findingId}`];
  });
}

function strayEvents({ facts, journal }: Seen): readonly string[] {
  return [...facts.inbox.keys()].filter((id) => !journal.sent.has(id)).map((id) => `${id} was never sent`);
}

function undoneEvents({ facts }: Seen): readonly string[] {
  const waiting = [...facts.inbox].filter(([, isDone]) => !isDone).map(([id]) => `${id} waits`);
  return [...waiting, ...facts.effects.map((id) => `the effect ${id} waits`)];
}

/** Folds the stored events in memory: every finding must be there, equal in all but its status, and no other. */
function unlikeReplay({ facts, journal }: Seen): readonly string[] {
  const replay = replayFindings({
    evaluate: journal.evaluate,
    tenantOf: (account) => tenantOf(journal.config, account),
  });
  for (const [id, { events }] of journal.sent) if (facts.inbox.has(id)) for (const event of events) replay.add(event);
  const lines = [...replay.lines()];
  const wrong = lines.flatMap((line) => {
    const stored = facts.findings.get(line.id);
    if (stored === undefined) return [`${line.id} is missing`];
    const { status: _, ...told } = findingLine(stored);
    const { status: __, ...expected } = line;
    return JSON.stringify(sorted(told)) === JSON.stringify(sorted(expected)) ? [] : [`${line.id} differs`];
  });
  const known = new Set<string>(lines.map(({ id }) => id));
  return [...wrong, ...[...facts.findings.keys()].filter((id) => !known.has(id)).map((id) => `${id} is one too many`)];
}

/** Stored objects come back in another order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function miscounted({ facts }: Seen): readonly string[] {
  return [...facts.findings.values()].flatMap(({ id, occurrences }) => {
    const members = facts.members.get(id) ?? [];
    const distinct = new Set(members).size;
    const isRight = distinct === occurrences && members.length === occurrences;
    return isRight ? [] : [`${id} counts ${occurrences}, its members are ${members.length}, distinct ${distinct}`];
  });
}

const SIGHTINGS = new Set<unknown>(["opened", "seen", "reopened"]);

function ledgerSightings({ facts }: Seen): readonly string[] {
  const told = countBy(
    facts.records
      .filter(({ record }) => record["entity_type"] === "finding" && SIGHTINGS.has(record["did"]))
      .map(({ record }) => `${record["this"]} ${record["event_id"]}`),
  );
  const members = [...facts.members].flatMap(([id, identities]) => identities.map((identity) => `${id} ${identity}`));
  return differences(told, countBy(members));
}

function timelineSightings({ facts }: Seen): readonly string[] {
  return [...facts.findings.values()].flatMap(({ id, occurrences, generation }) => {
    const kinds = countBy((facts.timelines.get(id) ?? []).map(({ kind }) => kind));
    const [opened, reopened] = [kinds.get("finding.opened") ?? 0, kinds.get("finding.reopened") ?? 0];
    const all = opened + reopened + (kinds.get("finding.seen") ?? 0);
    const isRight = all === occurrences && opened === 1 && reopened === generation - 1;
    return isRight ? [] : [`${id} in generation ${generation} with ${occurrences}: ${JSON.stringify([...kinds])}`];
  });
}

function intakeExecutions({ facts, journal }: Seen): readonly string[] {
  const ran = facts.executions.filter(({ workflow }) => workflow === "intake");
  const failed = ran.filter(({ status }) => status !== "SUCCEEDED").map(({ name, status }) => `${name} ${status}`);
  const routed = [...facts.inbox.keys()].filter((id) => journal.sent.get(id)?.isRouted === true);
  return [...failed, ...differences(countBy(ran.map(({ name }) => name)), countBy(routed))];
}

function responses({ facts, journal }: Seen): readonly string[] {
  const answered = [...facts.findings.values()].filter((finding) => isAnswered(journal, finding));
  const expected = countBy(
    answered.flatMap(({ id, generation }) => Array.from({ length: generation }, (_, at) => `${id}-${at + 1}`)),
  );
  const ran = facts.executions.filter(({ workflow }) => workflow === "respond");
  const failed = ran.filter(({ status }) => status !== "SUCCEEDED").map(({ name, status }) => `${name} ${status}`);
  const named = countBy(ran.map(({ name }) => name.replace(/^respond-/, "")));
  const noted = countBy(
    facts.records
      .filter(({ record }) => record["did"] === "response-ended")
      .map(({ record }) => `${record["this"]}-${record["generation"]}`),
  );
  const timelines = answered.flatMap(({ id, generation }) => {
    const kinds = countBy((facts.timelines.get(id) ?? []).map(({ kind }) => kind));
    const counts = [kinds.get("response.requested"), kinds.get("response.ended")];
    return counts.every((count) => count === generation) ? [] : [`${id}: ${generation} asked and ended as ${counts}`];
  });
  return [...failed, ...differences(named, expected), ...differences(noted, expected), ...timelines];
}

function isAnswered({ config }: Journal, finding: Finding): boolean {
  const environment = config.accounts[finding.account]?.environment;
  const surroundings = environment === undefined ? {} : { environment };
  return decideResponse(config.responsePolicy, { finding, surroundings }).mode !== "observe";
}

function brokenHistories({ facts }: Seen): readonly string[] {
  const standard = facts.executions.filter(({ type }) => type === "standard");
  return standard.flatMap(({ id }) => {
    const ids = facts.histories.get(id) ?? [];
    return ids.length > 0 && ids.every((event, at) => event === at + 1) ? [] : [`${id} has the events ${ids}`];
  });
}

function decisions({ facts, journal }: Seen): readonly string[] {
  const stated = countBy(
    facts.records.filter(({ record }) => record["did"] === "transitioned").map(({ record }) => String(record["this"])),
  );
  return [...journal.resolving].flatMap(([id, { asked, acknowledged }]) => {
    const told = (facts.timelines.get(id) ?? []).filter(({ kind }) => kind === "finding.transitioned").length;
    const count = stated.get(id) ?? 0;
    const isRight = acknowledged <= count && count <= asked && told === count;
    return isRight ? [] : [`${id}: ${acknowledged} acknowledged of ${asked}, ${count} in the ledger, ${told} told`];
  });
}

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function differences(found: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): readonly string[] {
  return [...new Set([...found.keys(), ...expected.keys()])].flatMap((key) => {
    const [is, should] = [found.get(key) ?? 0, expected.get(key) ?? 0];
    return is === should ? [] : [`${key} stands ${is} times, expected ${should}`];
  });
}
