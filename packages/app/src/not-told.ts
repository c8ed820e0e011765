import type { EphorError } from "@ephor/domain/error";
import type { Notice } from "@ephor/domain/notice";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import { timelineEntry } from "@ephor/domain/timeline";
import { groupOf } from "./deliver-notice.ts";
import { type Effect, encode } from "./items.ts";
import { timelineKey } from "./keys.ts";
import type { Write } from "./ports.ts";

type NotTold = {
  readonly tenant: Tenant;
  readonly id: string;
  readonly effect: Effect;
  readonly error: EphorError;
  readonly at: Timestamp;
};

/** What a dead letter says: where nobody was told of something, the channel and what it was about come first. */
export function failureOf({ effect, error }: Pick<NotTold, "effect" | "error">): EphorError {
  if (effect.kind !== "notify") return error;
  const { channel, notice } = effect;
  return { ...error, message: `channel ${channel}, ${notice.kind} ${groupOf(notice)}: ${error.message}` };
}

/** The line on a finding's timeline that a channel was not told of it; none where the effect is about no finding. */
export function notToldWrites({ tenant, id, effect, error, at }: NotTold): readonly Write[] {
  if (effect.kind !== "notify" || !isAboutFinding(effect.notice)) return [];
  const { channel, notice, correlationId } = effect;
  const entry = timelineEntry(notice.findingId, {
    ...{ at, kind: "notice.failed", by: "notify", correlationId, cause: `${id} ${at}` },
    text: `Could not tell channel ${channel}: ${error.message}`,
  });
  const key = timelineKey(tenant, { id: notice.findingId, at, key: entry.key });
  return [{ kind: "put", item: { ...key, ...encode("timeline", entry) }, when: { kind: "absent" } }];
}

const isAboutFinding = (notice: Notice): notice is Extract<Notice, { kind: "finding" | "response" }> =>
  notice.kind === "finding" || notice.kind === "response";
