import type { ApprovalTerms } from "@ephor/domain/approval";
import type { Timestamp } from "@ephor/domain/time";
import { effectWrite } from "./effects.ts";
import type { Write } from "./ports.ts";
import type { PlanRef } from "./response-items.ts";

type Asking = {
  readonly workflow: "undo" | "review";
  /** The execution's; a repeat is recognised by it. */
  readonly name: string;
  readonly ref: Omit<PlanRef, "executionId">;
  readonly terms: ApprovalTerms;
  /** A person's id: who asks does not approve. */
  readonly requester: string;
  readonly at: Timestamp;
  /** Which time it is asked for, where it can be asked for again. */
  readonly attempt?: number;
};

/** Starts an execution that first asks people about a plan that was applied. */
export function askingExecution({ workflow, name, ref, terms, requester, at, attempt }: Asking): Write {
  const { tenant, findingId, generation, planHash, correlationId } = ref;
  const asked = { v: 1, tenant, findingId, generation, planHash, terms, requester, correlationId };
  const input = attempt === undefined ? asked : { ...asked, attempt };
  return effectWrite({ tenant, at, effect: { kind: "start-execution", workflow, name, input, correlationId } });
}
