import type { Definition } from "./definition.ts";
import { type Folded, fold } from "./fold.ts";
import type { HistoryEvent } from "./history.ts";
import { withOutstanding } from "./outstanding.ts";
import type { ExecutionState } from "./types.ts";

/**
 * Rebuilds an execution from its whole history, in order, without evaluating anything. `outstanding` of the result is
 * what to invoke and time (again): tasks at least once, timers only where none is stored, since a heartbeat's newest
 * deadline stands in the driver's timer alone.
 *
 * A history is restored at the end of an advance: what one `advance` gave was stored whole or not at all.
 */
export function restore(definition: Definition, history: readonly HistoryEvent[]): ExecutionState {
  let folded: Folded | undefined;
  for (const event of history) folded = fold(definition, folded, event);
  if (folded === undefined) throw new Error("a history has at least its ExecutionStarted");
  return withOutstanding(folded);
}
