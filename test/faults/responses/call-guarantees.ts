import { decode } from "@ephor/app/items";
import type { CallEntry } from "@ephor/domain/response";
import type { SeenCall } from "./aws-proxy.ts";
import type { Found, Seen } from "./guarantees.ts";

/** What does not hold of the calls that were made in the account. */
export function callViolations(seen: Seen, found: readonly Found[]): readonly string[] {
  const calls = Map.groupBy(seen.calls, ({ resource }) => resource);
  const journal = journalOf(seen);
  const ledgered = Map.groupBy(
    seen.facts.records.filter(({ record }) => /^call-|^undo-/.test(String(record["did"]))),
    ({ record }) => String(record["parent"]),
  );
  return found.flatMap((one) => {
    const of = { ...one, calls: calls.get(one.victim.resource) ?? [] };
    return [
      ...appliedOnce(of),
      ...repeats(of),
      ...notBeforeApproval(seen, of),
      ...isWhole(of, {
        entries: journal.get(one.finding.id) ?? [],
        did: (ledgered.get(one.finding.id) ?? []).map(({ record }) => String(record["did"])),
      }),
    ];
  });
}

type Of = Found & { readonly calls: readonly SeenCall[] };

/** The calls about one resource, with the life of the node that made each. */
const wayOf = (calls: readonly SeenCall[]): string =>
  calls
    .map(
      ({ operation, life, at, doneAt }) =>
        `${operation} in life ${life} at ${Math.round(at)} ms${doneAt === undefined ? ", not done" : ""}`,
    )
    .join("; ");

/** Every call of the plan was done, once; none at all where people said no. */
function appliedOnce({ victim: { kind, resource, verdict }, calls }: Of): readonly string[] {
  const changes = calls.filter(({ isChange }) => isChange);
  if (!verdict.isApproved) {
    return changes.length === 0 ? [] : [`${resource} was rejected and changed: ${wayOf(calls)}`];
  }
  const done = changes.filter(({ doneAt }) => doneAt !== undefined);
  const different = new Set(done.map(({ what }) => what)).size;
  if (done.length === kind.changesNeeded && different === kind.changesNeeded) return [];
  const said = `${done.length} changes were done, ${different} different ones, expected ${kind.changesNeeded}`;
  return [`${resource}: ${said}: ${wayOf(calls)}`];
}

/**
 * Between two tries of one change, everything that it changes was looked at; and once a look could show that it was done,
 * it is not asked for again, whether AWS would mind or not.
 */
function repeats({ victim: { kind, resource }, calls }: Of): readonly string[] {
  const tries = Map.groupBy(
    calls.flatMap((call, at) => (call.isChange ? [{ call, at }] : [])),
    ({ call }) => call.what,
  );
  return [...tries.values()].flatMap((all) =>
    all.slice(1).flatMap(({ call, at }, index) => {
      const before = all.slice(0, index + 1);
      const looks = calls.slice((before.at(-1)?.at ?? 0) + 1, at);
      const isBlind = kind.looks.some((look) => looks.every(({ operation }) => operation !== look));
      if (isBlind) return [`${resource}: ${call.operation} was repeated without a look: ${wayOf(calls)}`];
      const looked = Math.max(...looks.filter(({ operation }) => kind.looks.includes(operation)).map((one) => one.at));
      const wasKnown = before.some(({ call: { doneAt } }) => doneAt !== undefined && doneAt < looked);
      return wasKnown ? [`${resource}: ${call.operation} was repeated though it was seen: ${wayOf(calls)}`] : [];
    }),
  );
}

/** Nothing is changed before as many people as are needed have said yes. */
function notBeforeApproval({ sent }: Seen, { victim: { kind, resource }, calls }: Of): readonly string[] {
  const first = calls.find(({ isChange }) => isChange);
  if (first === undefined || kind.approvalsNeeded === 0) return [];
  const before = sent.filter(
    (one) => one.resource === resource && one.word === "approve" && one.sentAt < first.at,
  ).length;
  if (before >= kind.approvalsNeeded) return [];
  return [`${resource} was changed after ${before} approvals, expected ${kind.approvalsNeeded}: ${wayOf(calls)}`];
}

type Told = { readonly entries: readonly CallEntry[]; readonly did: readonly string[] };

/** Every call of the plan has its outcome in the journal, and one record in the ledger. */
function isWhole({ victim: { kind, resource, verdict }, calls }: Of, { entries, did }: Told): readonly string[] {
  const expected = verdict.isApproved ? kind.changesNeeded : 0;
  const isDone = entries.length === expected && entries.every(({ state }) => state === "done");
  const isTold = did.length === expected && did.every((one) => one === "call-made");
  if (isDone && isTold) return [];
  const states = entries.map(({ state }) => state).join(", ");
  return [`${resource}: journal "${states}", ledger "${did.join(", ")}", expected ${expected} calls: ${wayOf(calls)}`];
}

function journalOf({ rows }: Seen): ReadonlyMap<string, readonly CallEntry[]> {
  const items = rows.items.filter(({ pk, sk }) => pk.startsWith("finding#") && sk.startsWith("call#"));
  const entries = items.map((item) => ({ id: item.pk.slice("finding#".length), entry: decode("call", item) }));
  return new Map(
    [...Map.groupBy(entries, ({ id }) => id)].map(([id, all]) => [id, all.map(({ entry }) => entry)] as const),
  );
}
