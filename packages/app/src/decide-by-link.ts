import type { DecisionWord } from "@ephor/domain/approval";
import { changeDesk, noteRefusal } from "./approval-desk.ts";
import type { LinkScope } from "./approval-links.ts";
import { decideApproval } from "./decide-approval.ts";
import type { ApprovalDesk } from "./items.ts";
import {
  isName,
  LINK_TRIES_MAX,
  type LinkAsked,
  type LinkDeps,
  type LinkView,
  openLink,
  shownTo,
  type ToType,
} from "./view-approval-link.ts";

export type LinkRefusal = {
  readonly code: "nonce" | "typed" | "decision";
  readonly message: string;
  readonly triesLeft?: number;
};
export type LinkDecided =
  | { readonly kind: "decided" }
  | { readonly kind: "refused"; readonly view: LinkView; readonly refusal?: LinkRefusal };

export type LinkDecision = LinkAsked & {
  readonly nonce: string;
  readonly typed: string;
  readonly decision: DecisionWord;
  readonly reason: string;
};

/**
 * Decides by a link: only with the nonce of a page that was shown, and with what has to be typed. A try is counted before it
 * is judged, so that no number of them at once gets more than the few; the right one gives its try back.
 */
export async function decideByLink(d: LinkDeps, of: LinkDecision): Promise<LinkDecided> {
  const opened = await openLink(d, of);
  if (opened.kind === "closed") {
    const { view, scope } = opened;
    if (scope !== undefined)
      await noteLinkRefusal(d, { of, scope, code: `link.${view.kind}`, message: `the link is ${view.kind}` });
    return { kind: "refused", view };
  }
  const { scope } = opened;
  const view = await shownTo(d, { scope, asked: of });
  if (view.kind !== "shown") return { kind: "refused", view };
  if (!d.links.checkNonce({ token: of.token, nonce: of.nonce, now: d.clock.now() })) {
    const message =
      "this page was open too long, or the answer did not come from it: look at it once more and decide then";
    await noteLinkRefusal(d, { of, scope, code: "link.nonce", message });
    return { kind: "refused", view, refusal: { code: "nonce", message } };
  }
  const tried = await tryTyped(d, { of, scope, toType: view.toType });
  if (tried !== undefined)
    return tried.triesLeft === 0
      ? { kind: "refused", view: { kind: "locked" } }
      : { kind: "refused", view, refusal: tried };
  const { tenant, approvalId, person } = scope;
  const decision = { person, decision: of.decision, reason: of.reason, via: "link" } as const;
  const done = await decideApproval(d, {
    tenant,
    approvalId,
    decision,
    address: of.address,
    correlationId: of.correlationId,
  });
  if (done.ok) return { kind: "decided" };
  return {
    kind: "refused",
    view: await shownTo(d, { scope, asked: of }),
    refusal: { code: "decision", message: done.error.message },
  };
}

type Trying = {
  readonly of: LinkDecision;
  readonly scope: LinkScope;
  readonly toType: ToType;
};

async function tryTyped(
  d: LinkDeps,
  { of, scope, toType }: Trying,
): Promise<(LinkRefusal & { triesLeft: number }) | undefined> {
  const message = NOT_TYPED[toType.kind];
  // A scanner that sends the form as it found it uses up nobody's tries.
  if (of.typed.trim() === "") {
    await noteLinkRefusal(d, { of, scope, code: "approval.code-wrong", message: "nothing was typed" });
    return {
      code: "typed",
      message: `it has to be typed: ${toType.kind === "code" ? "the code of your message" : "the name of what would be changed"}`,
      triesLeft: LINK_TRIES_MAX,
    };
  }
  let isTaken = false;
  const desk = await changeDesk(d, {
    ...scope,
    change: (known) => {
      isTaken = known.wrongTries < LINK_TRIES_MAX;
      return isTaken ? { desk: { ...known, wrongTries: known.wrongTries + 1 }, writes: [] } : undefined;
    },
  });
  const isRight = toType.kind === "code" ? d.links.isCode(scope, of.typed) : isName(toType, of.typed);
  if (isTaken && isRight) {
    const giveBack = (known: ApprovalDesk) => ({ ...known, wrongTries: Math.max(0, known.wrongTries - 1) });
    await changeDesk(d, { ...scope, change: (known) => ({ desk: giveBack(known), writes: [] }) });
    return undefined;
  }
  await noteLinkRefusal(d, { of, scope, code: "approval.code-wrong", message });
  return { code: "typed", message, triesLeft: Math.max(0, LINK_TRIES_MAX - desk.wrongTries) };
}

const NOT_TYPED = {
  code: "that is not the code of your message",
  name: "that is not the name of what would be changed",
} as const;

const linkDecision = ({ decision }: LinkDecision, { person }: LinkScope) => ({ person, decision, via: "link" });

type Refusing = {
  readonly of: LinkDecision;
  readonly scope: LinkScope;
  readonly code: string;
  readonly message: string;
};

/** A genuine link that did not decide; forged ones are counted and logged, never ledgered. */
async function noteLinkRefusal(d: LinkDeps, { of, scope, code, message }: Refusing): Promise<void> {
  const { tenant, approvalId } = scope;
  const { address, correlationId } = of;
  await noteRefusal(d, {
    tenant,
    approvalId,
    decision: linkDecision(of, scope),
    code,
    message,
    address,
    correlationId,
  });
}
