import type { Config } from "@ephor/domain/config/config";
import type { Finding, Resource } from "@ephor/domain/finding";
import type { ApprovalId, FindingId } from "@ephor/domain/ids";
import type { Message, Notice } from "@ephor/domain/notice";
import { redactText } from "@ephor/domain/redact/redact-text";
import type { Severity } from "@ephor/domain/severity";
import type { Tenant } from "@ephor/domain/tenant";
import type { ApprovalLink, LinkScope } from "./approval-links.ts";
import { decode } from "./items.ts";
import { findingKey } from "./keys.ts";
import type { Clock, Store } from "./ports.ts";

/** What messages are composed from, when they are sent. */
export type ComposeDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly config: Pick<Config, "people" | "groups" | "accounts" | "channels">;
  /** Where people reach Ephor. */
  readonly publicUrl: string;
  /** Why a detection matters, in the catalogue's words. */
  readonly whyOf: (detection: string) => string | null;
  readonly linkFor: (scope: LinkScope) => ApprovalLink;
};
export type Composing = { readonly tenant: Tenant; readonly channel: string; readonly notice: Notice };
/** All of a message that depends on what it is about. */
export type Said = Omit<Message, "id" | "kind" | "tenant" | "at">;
/** With the finding on whose timeline it is told, where there is one. */
export type SaidOf = { readonly said: Said; readonly findingId: FindingId | null };
export type Fact = Message["facts"][number];

/** Text that came from events or people, without secrets. */
export const told = (text: string): string => redactText(text);
export const fact = (label: string, value: string): Fact => ({ label, value: told(value) });
export const paragraph = (heading: string, text: string) => ({ heading, text: told(text) });
export const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

/** `High: Security group sg-1 now allows …` */
export const subjectOf = (severity: Severity, title: string): string => `${capital(severity)}: ${told(title)}`;

export const NOTHING_TO_DECIDE = { diff: [], code: null, actions: [] } as const;

export const findingLink = (d: ComposeDeps, id: FindingId) => ({
  label: "The finding in Ephor",
  url: `${d.publicUrl}/findings/${id}`,
});

export async function readFinding(
  d: { readonly store: Store },
  { tenant, findingId }: { tenant: Tenant; findingId: FindingId },
): Promise<Finding | undefined> {
  const item = await d.store.get(findingKey(tenant, findingId));
  return item && decode("finding", item);
}

export function accountText({ accounts }: ComposeDeps["config"], id: string): string {
  const account = Object.hasOwn(accounts, id) ? accounts[id] : undefined;
  if (account === undefined) return id;
  return `${id} (${account.name === undefined ? "" : `${account.name}, `}${account.environment})`;
}

export const resourceText = ({ type, id, name }: Resource): string =>
  `${type} ${id}${name === undefined || name === id ? "" : ` (${name})`}`;

/** Where and what, in the order in which people ask. */
export function findingFacts(d: ComposeDeps, finding: Finding): readonly Fact[] {
  const { actor, occurrences } = finding;
  return [
    fact("Account", accountText(d.config, finding.account)),
    fact("Region", finding.region),
    fact("Resource", resourceText(finding.resource)),
    ...(actor === null ? [] : [fact("By", actor.arn ?? `${actor.type} ${actor.name ?? actor.id}`)]),
    fact("Seen", occurrences === 1 ? finding.firstSeenAt : `${occurrences} times since ${finding.firstSeenAt}`),
    fact("Detection", finding.detection),
  ];
}

export const nameOf = ({ people }: ComposeDeps["config"], person: string): string =>
  people.find(({ id }) => id === person)?.name ?? person;

export const listed = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? "nobody") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

export const buttons = (approvalId: ApprovalId): Message["actions"] => [
  { decision: "approve", label: "Approve", approvalId },
  { decision: "reject", label: "Reject", approvalId },
];
