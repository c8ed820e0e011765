import { canonicalJson } from "@ephor/domain/canonical-json";
import { digestOf } from "@ephor/domain/ids";
import type { JsonObject } from "@ephor/domain/json";
import type { Message, Notice } from "@ephor/domain/notice";
import { assertNever } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { approvalEndedSaid, approvalSaid } from "./notice-approval.ts";
import { exceptionSaid } from "./notice-exception.ts";
import { findingSaid, responseSaid } from "./notice-finding.ts";
import type { ComposeDeps, Composing, Said } from "./notice-parts.ts";

/** The same notice to the same receivers has the same id, however often it is sent. */
export const messageIdOf = (tenant: Tenant, of: { channel: string; notice: Notice | JsonObject }): string =>
  `msg_${digestOf([tenant, of.channel, canonicalJson({ ...of.notice })])}`;

/** What a notice comes to at this moment, from the store; null where there is nothing to say any more. */
export async function composeMessage(d: ComposeDeps, of: Composing): Promise<Message | null> {
  const { tenant, channel, notice } = of;
  const said = await saidOf(d, of);
  if (said === null) return null;
  return { id: messageIdOf(tenant, { channel, notice }), kind: notice.kind, tenant, at: d.clock.now(), ...said };
}

function saidOf(d: ComposeDeps, { tenant, channel, notice }: Composing): Promise<Said | null> {
  switch (notice.kind) {
    case "finding":
      return findingSaid(d, { tenant, notice });
    case "response":
      return responseSaid(d, { tenant, notice });
    case "approval":
      return approvalSaid(d, { tenant, channel, notice });
    case "approval-ended":
      return approvalEndedSaid(d, { tenant, channel, notice });
    case "exception":
      return exceptionSaid(d, { tenant, notice });
    default:
      return assertNever(notice);
  }
}
