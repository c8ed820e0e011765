import type { Task } from "./define-task.ts";
import { applyRemediationTask } from "./tasks/apply-remediation.ts";
import { askExceptionTask } from "./tasks/ask-exception.ts";
import { coverFindingsTask } from "./tasks/cover-findings.ts";
import { decideExceptionTask } from "./tasks/decide-exception.ts";
import { dispatchEffectsTask } from "./tasks/dispatch-effects.ts";
import { evaluateDetectionsTask } from "./tasks/evaluate-detections.ts";
import { expireApprovalTask } from "./tasks/expire-approval.ts";
import { noteExecutionTask } from "./tasks/note-execution.ts";
import { openApprovalTask } from "./tasks/open-approval.ts";
import { parkEventTask } from "./tasks/park-event.ts";
import { planRemediationTask } from "./tasks/plan-remediation.ts";
import { recordFindingTask } from "./tasks/record-finding.ts";
import { remindApprovalTask } from "./tasks/remind-approval.ts";
import { reserveApplyTask } from "./tasks/reserve-apply.ts";
import { rollBackTask } from "./tasks/roll-back.ts";
import { settleResponseTask } from "./tasks/settle-response.ts";
import { signCheckpointTask } from "./tasks/sign-checkpoint.ts";
import { snapshotResourceTask } from "./tasks/snapshot-resource.ts";
import { sweepTask } from "./tasks/sweep.ts";
import { verifyRemediationTask } from "./tasks/verify-remediation.ts";

/** Task name -> use case, each with what it alone needs. A function on AWS imports its own task and not this table. */
export const TASKS = {
  "evaluate-detections": evaluateDetectionsTask,
  "record-finding": recordFindingTask,
  "park-event": parkEventTask,
  "note-execution": noteExecutionTask,
  "dispatch-effects": dispatchEffectsTask,
  "sign-checkpoint": signCheckpointTask,
  "open-approval": openApprovalTask,
  "remind-approval": remindApprovalTask,
  "expire-approval": expireApprovalTask,
  "ask-exception": askExceptionTask,
  "decide-exception": decideExceptionTask,
  "cover-findings": coverFindingsTask,
  sweep: sweepTask,
  "plan-remediation": planRemediationTask,
  "reserve-apply": reserveApplyTask,
  "snapshot-resource": snapshotResourceTask,
  "apply-remediation": applyRemediationTask,
  "verify-remediation": verifyRemediationTask,
  "roll-back": rollBackTask,
  "settle-response": settleResponseTask,
};
export type TaskName = keyof typeof TASKS;
export type DepsOf<N extends TaskName> = (typeof TASKS)[N] extends Task<infer D> ? D : never;

type All<U> = (U extends unknown ? (of: U) => void : never) extends (of: infer I) => void ? I : never;
/** Everything that any task needs; a node builds it once. */
export type TaskDeps = All<DepsOf<TaskName>>;

/** The same by any name. `test/architecture.test.ts` holds this table and the topology's tasks together. */
export const tasks: Readonly<Record<string, Task<TaskDeps>>> = TASKS;
