import type { JsonObject } from "@ephor/domain/json";
import type { Made } from "../../emulator/remediations/careless/careless.ts";
import type { Victim as Account } from "../../emulator/remediations/victim.ts";
import type { Random } from "../../fuzz/random.ts";
import { recordOf } from "../../sandbox/careless-account.ts";
import { KINDS, type Kind } from "./kinds.ts";

export const DECIDERS = ["maya", "jonas"] as const;
export type Decider = (typeof DECIDERS)[number];
export type Word = "approve" | "reject";

/** What people say to the change, settled before anything happens. Those of one list decide at the same moment. */
export type Verdict = {
  readonly isApproved: boolean;
  readonly decisions: readonly { readonly person: Decider; readonly word: Word }[];
  /** Whether they decide once the webhook told of it, as people do, or as soon as it stands in the list. */
  readonly onceTold: boolean;
};

/** Something careless, the record that tells of it, and what is to become of it. */
export type Victim = {
  readonly kind: Kind;
  readonly resource: string;
  readonly made: Made;
  readonly record: JsonObject;
  readonly verdict: Verdict;
  /** The node said that it has the record. */
  isAcknowledged: boolean;
};

const REJECTED_RATE = 0.25;
const BOTH_RATE = 0.5;
const TOLD_RATE = 0.5;

const OF_TEN: readonly Kind[] = KINDS.flatMap((kind) => Array.from({ length: kind.share }, () => kind));

/** Draws what is made next; made one after the other, as seeds ask for. */
export function drawVictim(random: Random): Pick<Victim, "kind" | "verdict"> {
  const kind = random.pick(OF_TEN);
  const [isRejected, isBoth, onceTold] = [
    random.chance(REJECTED_RATE),
    random.chance(BOTH_RATE),
    random.chance(TOLD_RATE),
  ];
  const [first, second] = random.chance(0.5) ? DECIDERS : ([DECIDERS[1], DECIDERS[0]] as const);
  const isApproved = kind.approvalsNeeded === 0 || !isRejected;
  const word = isApproved ? "approve" : "reject";
  // Where one approval is not enough, the other may well give it: one who rejects is enough.
  const other = isApproved || kind.approvalsNeeded === 1 ? word : "approve";
  const decisions = [
    { person: first, word },
    ...(isBoth || (isApproved && kind.approvalsNeeded === 2) ? [{ person: second, word: other } as const] : []),
  ] as const;
  return { kind, verdict: { isApproved, onceTold, decisions: kind.approvalsNeeded === 0 ? [] : decisions } };
}

/** Makes it in the account. */
export async function makeVictim(
  account: Account,
  { kind, verdict, name }: Pick<Victim, "kind" | "verdict"> & { readonly name: string },
): Promise<Victim> {
  const made = await kind.careless.make(account, name);
  const { id: resource } = made.target.resource;
  const { requestParameters, ...call } = kind.tells(resource);
  return { kind, resource, made, verdict, record: recordOf(call, requestParameters), isAcknowledged: false };
}
