import type { Exception, ExceptionState } from "@ephor/domain/exception";
import type { Notice } from "@ephor/domain/notice";
import { redact } from "@ephor/domain/redact/redact";
import type { Tenant } from "@ephor/domain/tenant";
import { decode } from "./items.ts";
import { exceptionKey } from "./keys.ts";
import {
  accountText,
  type ComposeDeps,
  type Fact,
  fact,
  listed,
  NOTHING_TO_DECIDE,
  nameOf,
  paragraph,
  type Said,
} from "./notice-parts.ts";

const WORDS: Readonly<Record<ExceptionState, { subject: string; happened: string; next: string }>> = {
  requested: {
    subject: "requested",
    happened: "An exception is asked for.",
    next: "Nothing until it is approved: findings are answered as before.",
  },
  active: {
    subject: "in force",
    happened: "An exception was approved.",
    next: "Findings in its scope are recorded as before, but nothing is done about them until it ends.",
  },
  rejected: {
    subject: "rejected",
    happened: "An exception was rejected.",
    next: "Findings are answered as before.",
  },
  expired: {
    subject: "expired",
    happened: "An exception has reached its end.",
    next: "Open findings in its scope reopen and are answered again.",
  },
  revoked: {
    subject: "revoked",
    happened: "An exception was revoked.",
    next: "Open findings in its scope reopen and are answered again.",
  },
};

export function exceptionFacts(d: ComposeDeps, exception: Exception): readonly Fact[] {
  const { scope, approvedBy } = exception;
  return [
    fact("Exception", exception.id),
    fact("Detection", scope.detection),
    ...(scope.account === undefined ? [] : [fact("In account", accountText(d.config, scope.account))]),
    ...(scope.resource === undefined ? [] : [fact("Of resource", scope.resource)]),
    fact("Reason", exception.reason),
    fact("Until", exception.expiresAt),
    ...(approvedBy.length === 0 ? [] : [fact("Approved by", listed(approvedBy.map((one) => nameOf(d.config, one))))]),
  ];
}

/** What became of an exception. Null where it has gone on since, which is told by itself. */
export async function exceptionSaid(
  d: ComposeDeps,
  { tenant, notice }: { tenant: Tenant; notice: Extract<Notice, { kind: "exception" }> },
): Promise<Said | null> {
  const item = await d.store.get(exceptionKey(tenant, notice.exceptionId));
  const exception = item && decode("exception", item);
  if (exception === undefined || exception.state !== notice.state) return null;
  const { subject, happened, next } = WORDS[notice.state];
  return {
    subject: `Exception ${exception.id} ${subject}`,
    severity: null,
    paragraphs: [
      paragraph("What happened", happened),
      paragraph("Why", exception.endReason ?? exception.reason),
      paragraph("What will be done", next),
    ],
    facts: [...exceptionFacts(d, exception), fact("Asked for by", nameOf(d.config, exception.requester))],
    ...NOTHING_TO_DECIDE,
    link: { label: "Ephor", url: `${d.publicUrl}/` },
    group: exception.id,
    alike: null,
    settles: notice.state !== "requested" && notice.state !== "active",
    data: { exception: redact({ ...exception }) },
  };
}
