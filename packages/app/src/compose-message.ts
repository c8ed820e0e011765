import { canonicalJson } from "@ephor/domain/canonical-json";
import { digestOf, type FindingId } from "@ephor/domain/ids";
import type { JsonObject } from "@ephor/domain/json";
import type { Message, Notice } from "@ephor/domain/notice";
import { assertNever } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import { approvalEndedSaid, approvalSaid } from "./notice-approval.ts";
import { exceptionSaid } from "./notice-exception.ts";
import { findingSaid, responseSaid } from "./notice-finding.ts";
import type { ComposeDeps, Composing, Said, SaidOf } from "./notice-parts.ts";

/** The same notice to the same receivers has the same id, however often it is sent. */
export const messageIdOf = (tenant: Tenant, of: { channel: string; notice: Notice | JsonObject }): string =>
  `msg_${digestOf([tenant, of.channel, canonicalJson({ ...of.notice })])}`;

/** `findingId`: the finding that it is about, where it is about one. */
export type Composed = { readonly message: Message; readonly findingId: FindingId | null };

/** What a notice comes to at this moment, from the store; null where there is nothing to say any more. */
export async function composeMessage(d: ComposeDeps, of: Composing): Promise<Composed | null> {
  const { tenant, channel, notice } = of;
  const found = await saidOf(d, of);
  if (found === null) return null;
  const id = messageIdOf(tenant, { channel, notice });
  return { message: { id, kind: notice.kind, tenant, at: d.clock.now(), ...found.said }, findingId: found.findingId };
}

async function saidOf(d: ComposeDeps, { tenant, channel, notice }: Composing): Promise<SaidOf | null> {
  switch (notice.kind) {
    case "finding":
      return about(notice.findingId, await findingSaid(d, { tenant, notice }));
    case "response":
      return about(notice.findingId, await responseSaid(d, { tenant, notice }));
    case "approval":
      return approvalSaid(d, { tenant, channel, notice });
    case "approval-ended":
      return approvalEndedSaid(d, { tenant, channel, notice });
    case "exception":
      return about(null, await exceptionSaid(d, { tenant, notice }));
    default:
      return assertNever(notice);
  }
}

const about = (findingId: FindingId | null, said: Said | null): SaidOf | null => said && { said, findingId };
