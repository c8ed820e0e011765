import type { Found, Seen } from "./guarantees.ts";
import type { Receipt } from "./notice-receiver.ts";

/** What does not hold of the notices that came to the receiver, and of what the store says of them. */
export function noticeViolations(seen: Seen, found: readonly Found[]): readonly string[] {
  return [
    ...seen.facts.deadLetters.map(({ kind, error }) => `an ${kind} was given up: ${error.code} ${error.message}`),
    ...idsAreOne(seen.receipts),
    ...nothingLost(seen, found),
    ...sentOnce(seen, found),
  ];
}

/** The same notice has one id however often it comes, and no other notice has it. */
function idsAreOne(receipts: readonly Receipt[]): readonly string[] {
  const differing = (by: "id" | "about", other: "id" | "about") =>
    [...Map.groupBy(receipts, (receipt) => receipt[by])].flatMap(([key, all]) => {
      const others = new Set(all.map((receipt) => receipt[other]));
      return others.size === 1 ? [] : [`${key} came as ${[...others].join(", ")}`];
    });
  return [...differing("about", "id"), ...differing("id", "about")];
}

/** Each end of a response and each end of an approval was told, and answered at least once. */
function nothingLost({ receipts, sent }: Seen, found: readonly Found[]): readonly string[] {
  const answered = new Set(receipts.filter(({ wasAnswered }) => wasAnswered).map(({ about }) => about));
  const approvals = new Map(sent.map(({ resource, approvalId }) => [resource, approvalId]));
  return found.flatMap(({ victim: { resource }, finding }) => {
    const approvalId = approvals.get(resource);
    const expected = [
      `response ${finding.id} ${finding.generation}`,
      ...(approvalId === undefined ? [] : [`approval-ended ${approvalId}`]),
    ];
    return expected.filter((about) => !answered.has(about)).map((about) => `${resource}: nobody was told of ${about}`);
  });
}

/**
 * What the ledger says was sent stands there once, was answered, and is on the finding's timeline once. Who was asked to
 * decide and was not heard to know it is asked again only while that is still to be decided: such a request may have come
 * in and stand nowhere.
 */
function sentOnce({ facts, receipts }: Seen, found: readonly Found[]): readonly string[] {
  const records = facts.records.filter(({ record }) => record["entity_type"] === "notification");
  const byId = Map.groupBy(records, ({ record }) => String(record["this"]));
  const answered = new Map(receipts.filter(({ wasAnswered }) => wasAnswered).map((one) => [one.id, one]));
  const byFinding = Map.groupBy(records, ({ record }) => String(record["parent"]));
  return [
    ...[...byId].filter(([, all]) => all.length > 1).map(([id, all]) => `${id} is ledgered ${all.length} times`),
    ...[...byId.keys()].filter((id) => !answered.has(id)).map((id) => `${id} is ledgered and was never answered`),
    ...[...answered.values()]
      .filter(({ id, kind }) => !byId.has(id) && kind !== "approval")
      .map(({ id, about }) => `${about} was answered and is not ledgered (${id})`),
    ...found.flatMap(({ victim: { resource }, finding }) => {
      const told = (facts.timelines.get(finding.id) ?? []).filter(({ kind }) => kind === "notice.sent").length;
      const ledgered = byFinding.get(finding.id)?.length ?? 0;
      return told === ledgered ? [] : [`${resource}: ${told} notices on the timeline, ${ledgered} in the ledger`];
    }),
  ];
}
