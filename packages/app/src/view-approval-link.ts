import type { Decision } from "@ephor/domain/approval";
import { mayDecide } from "@ephor/domain/approval-decision";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { changeDesk, readDesk } from "./approval-desk.ts";
import { readApproval, type StoredApproval } from "./approval-items.ts";
import type { ApprovalLinks, LinkScope } from "./approval-links.ts";
import { approvalRecord } from "./approval-told.ts";
import type { DecideDeps } from "./decide-approval.ts";
import type { Log } from "./ports.ts";
import { sameSecret } from "./secret-text.ts";
import { type ShownApproval, showApproval } from "./show-approval.ts";

/** So many wrong codes or names end a link: what is typed must not be found by trying. */
export const LINK_TRIES_MAX = 5;

export type LinkDeps = DecideDeps & {
  readonly links: ApprovalLinks;
  readonly log: Log;
  /** Counts a link that is not one of ours. */
  readonly countForged: () => void;
};
export type LinkAsked = {
  readonly token: string;
  /** Who is signed in in the same browser, if somebody is. */
  readonly signedIn: { readonly tenant: Tenant; readonly person: string | null } | null;
  readonly address: string;
  readonly correlationId: string;
};
/** What proves that a person read the message: the code in it, or for high risk what would be changed. */
export type ToType = { readonly kind: "code" } | { readonly kind: "name"; readonly name: string };

/** What a link opens. Only `shown` and `closed` tell anything of the approval. */
export type LinkView =
  /** Forged, altered, of another node, or of an approval that is not there: all alike. */
  | { readonly kind: "invalid" }
  /** Somebody else is signed in. */
  | { readonly kind: "foreign" }
  | { readonly kind: "expired"; readonly at: Timestamp }
  | { readonly kind: "locked" }
  /** No longer among those who are asked. */
  | { readonly kind: "not-asked"; readonly reason: string }
  | {
      readonly kind: "shown";
      readonly approval: ShownApproval;
      readonly person: string;
      /** What this person said before. */
      readonly own: Decision | null;
      readonly toType: ToType;
      readonly nonce: string;
    };
/** Shows what a link is about and changes nothing, however often; the first look a day is a ledger record. */
export async function viewLink(d: LinkDeps, asked: LinkAsked): Promise<LinkView> {
  const opened = await openLink(d, asked);
  if (opened.kind !== "open") return opened.view;
  const { scope, stored } = opened;
  await noteLook(d, { scope, stored, asked });
  return shownTo(d, { scope, asked });
}

export type OpenedLink =
  | { readonly kind: "open"; readonly scope: LinkScope; readonly stored: StoredApproval }
  | { readonly kind: "closed"; readonly view: LinkView; readonly scope?: LinkScope };

export async function openLink(
  d: LinkDeps,
  { token, signedIn, address, correlationId }: LinkAsked,
): Promise<OpenedLink> {
  const scope = d.links.open(token);
  const stored = scope.ok ? await readApproval(d, scope.value) : scope;
  if (!scope.ok || !stored.ok) {
    d.countForged();
    d.log.warn("approval.link-forged", { address, correlation_id: correlationId });
    return { kind: "closed", view: { kind: "invalid" } };
  }
  const { value } = scope;
  const closed = (view: LinkView): OpenedLink => ({ kind: "closed", view, scope: value });
  if (isForeign(value, signedIn)) return closed({ kind: "foreign" });
  if (value.expiresAt <= d.clock.now()) return closed({ kind: "expired", at: value.expiresAt });
  const asked = mayDecide(stored.value.approval, { person: value.person, groups: d.config.groups });
  if (!asked.ok) return closed({ kind: "not-asked", reason: asked.error.message });
  const { wrongTries } = await readDesk(d, value);
  return wrongTries >= LINK_TRIES_MAX
    ? closed({ kind: "locked" })
    : { kind: "open", scope: value, stored: stored.value };
}

/** Somebody of another tenant, or another person. Who is signed in as nobody in particular may be this very one. */
const isForeign = ({ tenant, person }: LinkScope, signedIn: LinkAsked["signedIn"]): boolean =>
  signedIn !== null && (signedIn.tenant !== tenant || (signedIn.person !== null && signedIn.person !== person));

/** Whether `typed` is the name, in constant time; spaces around it do not count. */
export const isName = (toType: Extract<ToType, { kind: "name" }>, typed: string): boolean =>
  sameSecret(typed.trim(), toType.name.trim());

type Look = { readonly scope: LinkScope; readonly stored: StoredApproval; readonly asked: LinkAsked };

async function noteLook(d: LinkDeps, { scope, stored, asked }: Look): Promise<void> {
  const now = d.clock.now();
  const today = now.slice(0, 10);
  await changeDesk(d, {
    ...scope,
    change: (desk) => {
      if (desk.seenOn === today) return undefined;
      const unique = Buffer.from(d.random.bytes(12)).toString("hex");
      const record = approvalRecord(d, stored.approval, {
        ...{ key: `viewed ${unique}`, time: now, did: "viewed", status: stored.approval.state, auth_method: "link" },
        ...{ who: scope.person, who_type: "person", source_ip: asked.address, correlation_id: asked.correlationId },
      });
      return { desk: { ...desk, seenOn: today }, writes: [record] };
    },
  });
}

export async function shownTo(d: LinkDeps, { scope, asked }: Pick<Look, "scope" | "asked">): Promise<LinkView> {
  const shown = await showApproval(d, { tenant: scope.tenant, id: scope.approvalId });
  if (!shown.ok) return { kind: "invalid" };
  const { person } = scope;
  const own = shown.value.decisions.find((decision) => decision.person === person) ?? null;
  const nonce = d.links.nonceFor({ token: asked.token, now: d.clock.now() });
  return { kind: "shown", approval: shown.value, person, own, toType: toTypeFor(shown.value), nonce };
}

/** Who approves a high risk names what it hits; a name stands on the page, a code in the message alone. */
export function toTypeFor({
  risk,
  resource,
  exception,
  id,
}: Pick<ShownApproval, "risk" | "resource" | "exception" | "id">): ToType {
  if (risk !== "high") return { kind: "code" };
  return { kind: "name", name: resource?.name ?? resource?.id ?? exception?.id ?? id };
}
