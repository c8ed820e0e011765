import type { ResponsePolicy } from "@ephor/domain/config/response-policy";
import type { Finding } from "@ephor/domain/finding";
import { decideResponse, type ResponseDecision, type Surroundings } from "@ephor/domain/response-policy";
import type { Timestamp } from "@ephor/domain/time";
import { timelineEntry } from "@ephor/domain/timeline";
import { effectWrite } from "./effects.ts";
import { encode } from "./items.ts";
import { timelineKey } from "./keys.ts";
import type { Write } from "./ports.ts";

export type RequestDeps = {
  readonly policy: ResponsePolicy;
  readonly surroundingsOf: (account: string) => Surroundings;
};
type Asked = { readonly finding: Finding; readonly at: Timestamp; readonly correlationId: string };

/** What the policy asks for as a finding begins a life: nothing for `observe`, else the effect that starts `respond`. */
export function requestResponse(d: RequestDeps, asked: Asked): readonly Write[] {
  const { finding } = asked;
  const decision = decideResponse(d.policy, { finding, surroundings: d.surroundingsOf(finding.account) });
  return decision.mode === "observe" ? [] : responseWrites(asked, decision);
}

/** `respond` starts once a generation: its name says so, and a repeat is recognised by it (architecture rule 5). */
export const respondName = (of: { readonly id: string; readonly generation: number }): string =>
  `respond-${of.id}-${of.generation}`;

function responseWrites({ finding, at, correlationId }: Asked, response: ResponseDecision): readonly Write[] {
  const { tenant, id, generation } = finding;
  const name = respondName(finding);
  const input = { v: 1, tenant, findingId: id, generation, response, correlationId };
  const effect = { kind: "start-execution", workflow: "respond", name, input, correlationId } as const;
  const entry = timelineEntry(id, {
    at,
    kind: "response.requested",
    by: `policy ${response.policyVersion}`,
    text: `${response.rule === null ? "The default" : `Rule ${response.rule + 1}`} asks for: ${response.mode}`,
    correlationId,
    cause: name,
  });
  const key = timelineKey(tenant, { id, at, key: entry.key });
  return [
    effectWrite({ tenant, effect, at }),
    { kind: "put", item: { ...key, ...encode("timeline", entry) }, when: { kind: "absent" } },
  ];
}
