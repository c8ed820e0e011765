import { decode } from "@ephor/app/items";
import type { Approval } from "@ephor/domain/approval";
import type { Found, Seen } from "./guarantees.ts";
import type { SentDecision } from "./people.ts";

/** What does not hold of what people decided, however often they had to say it. */
export function decisionViolations(seen: Seen, found: readonly Found[]): readonly string[] {
  const approvals = approvalsOf(seen);
  const sent = Map.groupBy(seen.sent, ({ approvalId }) => approvalId);
  const decided = Map.groupBy(
    seen.facts.records.filter(({ record }) => record["entity_type"] === "approval" && record["did"] === "decided"),
    ({ record }) => String(record["this"]),
  );
  return found.flatMap((one) => {
    const { kind, resource } = one.victim;
    const all = approvals.get(one.finding.id) ?? [];
    const expected = kind.approvalsNeeded === 0 ? 0 : 1;
    if (all.length !== expected) return [`${resource} has ${all.length} approvals, expected ${expected}`];
    return all.flatMap((approval) => [
      ...asDecided(one, approval),
      ...countedOnce(approval, {
        resource,
        sent: sent.get(approval.id) ?? [],
        ledgered: (decided.get(approval.id) ?? []).map(({ record }) => `${String(record["decision"])}`),
      }),
    ]);
  });
}

function approvalsOf({ rows }: Seen): ReadonlyMap<string, readonly Approval[]> {
  const approvals = rows.items
    .filter(({ pk, sk }) => pk.startsWith("approval#") && sk === "@")
    .map((item) => decode("approval", item));
  return Map.groupBy(approvals, ({ subject }) => ("findingId" in subject ? subject.findingId : ""));
}

const wordsOf = ({ decisions }: Approval): string =>
  decisions.map(({ person, decision }) => `${person}: ${decision}`).join(", ");

/** The approval ended as people said, by as many of them as it takes and no more. */
function asDecided({ victim: { kind, resource, verdict } }: Found, approval: Approval): readonly string[] {
  const state = verdict.isApproved ? "executed" : "rejected";
  const [word, needed] = verdict.isApproved ? (["approve", kind.approvalsNeeded] as const) : (["reject", 1] as const);
  const count = approval.decisions.filter(({ decision }) => decision === word).length;
  if (approval.state === state && count === needed) return [];
  return [
    `${resource}: the approval is ${approval.state} by "${wordsOf(approval)}", expected ${state} by ${needed} to ${word}`,
  ];
}

type Said = { readonly resource: string; readonly sent: readonly SentDecision[]; readonly ledgered: readonly string[] };

/** What was counted stands once in the approval and once in the ledger, as it was said; what was refused stands nowhere. */
function countedOnce(approval: Approval, { resource, sent, ledgered }: Said): readonly string[] {
  const { decisions } = approval;
  const wrong = sent.filter(({ person, word, answer }) => {
    const stored = decisions.filter((one) => one.person === person);
    if (answer === "refused") return stored.length > 0;
    return answer === "none" || stored.length !== 1 || stored[0]?.decision !== word;
  });
  const unsaid = decisions.filter(({ person }) => sent.every((one) => one.person !== person));
  const inStore = decisions.map(({ decision }) => decision).sort();
  const isLedgered = JSON.stringify([...ledgered].sort()) === JSON.stringify(inStore);
  return [
    ...wrong.map(
      ({ person, word, times, answer }) =>
        `${resource}: ${person} said ${word} ${times} times and heard "${answer}", the approval has "${wordsOf(approval)}"`,
    ),
    ...unsaid.map(({ person }) => `${resource}: ${person} decided in the store and said nothing`),
    ...(isLedgered
      ? []
      : [`${resource}: the ledger has "${ledgered.join(", ")}", the approval "${wordsOf(approval)}"`]),
  ];
}
