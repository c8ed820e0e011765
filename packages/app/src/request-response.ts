import type { ResponsePolicy } from "@ephor/domain/config/response-policy";
import type { Finding } from "@ephor/domain/finding";
import { decideResponse, type ResponseDecision, type Surroundings } from "@ephor/domain/response-policy";
import { assertNever } from "@ephor/domain/result";
import type { Timestamp } from "@ephor/domain/time";
import { timelineEntry } from "@ephor/domain/timeline";
import { effectWrite } from "./effects.ts";
import { encode } from "./items.ts";
import { timelineKey } from "./keys.ts";
import type { Write } from "./ports.ts";

export type RequestDeps = {
  readonly policy: ResponsePolicy;
  readonly surroundingsOf: (account: string) => Surroundings;
  /** Every channel that there is. */
  readonly channels: () => readonly string[];
};
type Asked = { readonly finding: Finding; readonly at: Timestamp; readonly correlationId: string };

/** What the policy asks for as a finding begins a life: nothing, that people are told, or that `respond` starts. */
export function requestResponse(d: RequestDeps, asked: Asked): readonly Write[] {
  const { finding } = asked;
  const decision = decideResponse(d.policy, { finding, surroundings: d.surroundingsOf(finding.account) });
  switch (decision.mode) {
    case "observe":
      return [];
    case "notify":
      return [requestedWrite(asked, decision), ...noticeWrites(asked, decision.channels ?? d.channels())];
    case "approve":
    case "auto":
      return [requestedWrite(asked, decision), startWrite(asked, decision)];
    default:
      return assertNever(decision.mode);
  }
}

function noticeWrites({ finding, at, correlationId }: Asked, channels: readonly string[]): readonly Write[] {
  const { tenant, id: findingId, generation } = finding;
  const notice = { kind: "finding", findingId, generation } as const;
  return channels.map((channel) =>
    effectWrite({ tenant, effect: { kind: "notify", channel, notice, correlationId }, at }),
  );
}

/** `respond` starts once a generation: its name says so, and a repeat is recognised by it (architecture rule 5). */
export const respondName = (of: { readonly id: string; readonly generation: number }): string =>
  `respond-${of.id}-${of.generation}`;

/** The execution that break-glass starts for the same life. */
export const forcedName = (of: { readonly id: string; readonly generation: number }): string =>
  `${respondName(of)}-forced`;

function startWrite({ finding, at, correlationId }: Asked, response: ResponseDecision): Write {
  const { tenant, id: findingId, generation } = finding;
  const input = { v: 1, tenant, findingId, generation, response, correlationId };
  const name = respondName(finding);
  const effect = { kind: "start-execution", workflow: "respond", name, input, correlationId } as const;
  return effectWrite({ tenant, effect, at });
}

function requestedWrite({ finding, at, correlationId }: Asked, response: ResponseDecision): Write {
  const entry = timelineEntry(finding.id, {
    at,
    kind: "response.requested",
    by: `policy ${response.policyVersion}`,
    text: `${response.rule === null ? "The default" : `Rule ${response.rule + 1}`} asks for: ${response.mode}`,
    correlationId,
    cause: respondName(finding),
  });
  const key = timelineKey(finding.tenant, { id: finding.id, at, key: entry.key });
  return { kind: "put", item: { ...key, ...encode("timeline", entry) }, when: { kind: "absent" } };
}
