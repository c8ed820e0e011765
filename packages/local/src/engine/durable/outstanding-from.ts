import { addSeconds, type Timestamp } from "@ephor/domain/time";
import type { ExecutionState, InvokeTask, StartTimer } from "../types.ts";

/**
 * What a restored execution still waits for, as of `now`. History holds no heartbeats, and while the node was down none could
 * come: each task that owes one gets its whole interval again. Every other timer keeps its time.
 */
export function outstandingFrom(state: ExecutionState, now: Timestamp): readonly (InvokeTask | StartTimer)[] {
  const heartbeats = new Map<string, number>();
  for (const { at } of state.branches.values()) {
    if (at?.activity.kind !== "task") continue;
    const { task, heartbeat } = at.activity;
    if (heartbeat !== undefined && task.heartbeatSeconds !== undefined)
      heartbeats.set(heartbeat.timerId, task.heartbeatSeconds);
  }
  return [...state.outstanding.values()].map((owed) => {
    const seconds = owed.kind === "start-timer" ? heartbeats.get(owed.timerId) : undefined;
    return seconds === undefined || owed.kind !== "start-timer" ? owed : { ...owed, at: addSeconds(now, seconds) };
  });
}
