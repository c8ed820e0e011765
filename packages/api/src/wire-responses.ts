import { setApplyingSwitch, showApplyingSwitch } from "@ephor/app/applying-switch";
import { breakGlass } from "@ephor/app/break-glass";
import type { Clock, Random, Remediations, Store } from "@ephor/app/ports";
import { showPlan } from "@ephor/app/show-plan";
import { startUndo } from "@ephor/app/start-undo";
import type { Config } from "@ephor/domain/config/config";
import { ephorError } from "@ephor/domain/error";
import { type FindingId, parseFindingId } from "@ephor/domain/ids";
import { err, ok, type Result } from "@ephor/domain/result";
import type { ResponseUseCases } from "./response-use-cases.ts";

export type ResponseUseCaseDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: Config;
  readonly remediations: Remediations;
};

/** What the API asks for about responses, from the use cases. */
export function wireResponses(d: ResponseUseCaseDeps): ResponseUseCases {
  return {
    showPlan: ({ caller, id }) => withId(id, (findingId) => showPlan(d, { tenant: caller.tenant, findingId })),
    breakGlass: ({ caller, id, ...asked }) =>
      withId(id, (findingId) => breakGlass(d, { ...asked, tenant: caller.tenant, findingId })),
    startRollback: ({ caller, id, ...asked }) =>
      withId(id, async (findingId) => {
        const started = await startUndo(d, { ...asked, tenant: caller.tenant, findingId });
        if (!started.ok) return started;
        const { execution: _, ...told } = started.value;
        return ok(told);
      }),
    showApplying: async ({ caller }) => ok(await showApplyingSwitch(d, caller.tenant)),
    setApplying: ({ caller, ...change }) =>
      setApplyingSwitch(d, { ...change, tenant: caller.tenant, by: caller.person ?? caller.subject }),
  };
}

async function withId<T>(id: string, run: (findingId: FindingId) => Promise<Result<T>>): Promise<Result<T>> {
  const findingId = parseFindingId(id);
  return findingId === undefined ? err(ephorError("finding.not-found", `no finding ${id}`)) : run(findingId);
}
