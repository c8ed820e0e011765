import { setTimeout as pause } from "node:timers/promises";
import { type ApiClient, apiClient } from "@ephor/api/client";
import type { Decider, Victim, Word } from "./victims.ts";

/** One person's decision on one approval, from the first time it was sent. */
export type SentDecision = {
  readonly approvalId: string;
  readonly resource: string;
  readonly person: Decider;
  readonly word: Word;
  readonly sentAt: number;
  /** How often it was sent; more than once where a kill or a failure took the answer. */
  times: number;
  answer: "none" | "counted" | "refused";
};

/** What the people of the run said and heard, over all lives of the node. */
export type People = {
  readonly tokens: Readonly<Record<Decider, string>>;
  /** By approval and person. */
  readonly sent: Map<string, SentDecision>;
  /** Answers that no decision may get, in words. */
  readonly wrong: string[];
};

/** Answers that say nothing of the decision: it is sent again. */
const NO_ANSWER: ReadonlySet<string> = new Set(["node.unreachable", "rate.limited", "store.conflict"]);
const LOOK_AGAIN_MS = 100;

type Visit = {
  readonly url: string;
  readonly victims: ReadonlyMap<string, Victim>;
  /** Approvals that the webhook asked for. */
  readonly told: ReadonlySet<string>;
  readonly isOver: () => boolean;
};

/** Decides as long as the node lives: first what got no answer in an earlier life, then what waits. */
export async function decide(people: People, visit: Visit): Promise<void> {
  const { url } = visit;
  const { maya, jonas } = people.tokens;
  const clients = { maya: apiClient({ url, token: maya }), jonas: apiClient({ url, token: jonas }) };
  while (!visit.isOver()) {
    await newDecisions(people, { visit, client: clients.maya });
    const unanswered = [...people.sent.values()].filter(({ answer }) => answer === "none");
    await Promise.all(unanswered.map((one) => send(people, { one, client: clients[one.person] })));
    await pause(LOOK_AGAIN_MS);
  }
}

async function newDecisions(people: People, { visit, client }: { visit: Visit; client: ApiClient }): Promise<void> {
  const listed = await client.listApprovals({ state: "pending", limit: 100 });
  if (!listed.ok) return;
  for (const { id: approvalId, resource } of listed.value.items) {
    const victim = visit.victims.get(resource?.id ?? "");
    if (victim === undefined) people.wrong.push(`approval ${approvalId} is about ${resource?.id}, which is nobody's`);
    if (victim === undefined || (victim.verdict.onceTold && !visit.told.has(approvalId))) continue;
    for (const { person, word } of victim.verdict.decisions) {
      const key = `${approvalId} ${person}`;
      if (people.sent.has(key)) continue;
      const place = { approvalId, resource: victim.resource, person, word };
      people.sent.set(key, { ...place, sentAt: performance.now(), times: 0, answer: "none" });
    }
  }
}

async function send(people: People, { one, client }: { one: SentDecision; client: ApiClient }): Promise<void> {
  one.times += 1;
  const decided = await client.decideApproval(one.approvalId, { decision: one.word, reason: "looked at it" });
  if (decided.ok) {
    one.answer = "counted";
    return;
  }
  const { code, message } = decided.error;
  if (NO_ANSWER.has(code)) return;
  one.answer = "refused";
  if (code !== "approval.refused") people.wrong.push(`${one.person} was answered with ${code}: ${message}`);
}
