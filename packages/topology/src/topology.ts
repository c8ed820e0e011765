import type { Detection } from "@ephor/detections/define-detection";
import { route, schedule, type Topology, task, workflow } from "./types.ts";
import cover from "./workflows/cover.asl.json" with { type: "json" };
import escalate from "./workflows/escalate.asl.json" with { type: "json" };
import except from "./workflows/except.asl.json" with { type: "json" };
import intake from "./workflows/intake.asl.json" with { type: "json" };
import respond from "./workflows/respond.asl.json" with { type: "json" };
import review from "./workflows/review.asl.json" with { type: "json" };
import undo from "./workflows/undo.asl.json" with { type: "json" };

/** Everything that runs, as data (architecture rule 1). `stacks/` folds it into AWS resources, `node/` into one process. */
export function topologyOf(detections: readonly Detection[]): Topology {
  return {
    routes: [
      route("detections", {
        patterns: detections.flatMap(({ patterns }) => patterns),
        readOnlyPatterns: detections.flatMap(({ patterns, readOnly }) => (readOnly ? patterns : [])),
        workflow: "intake",
      }),
    ],
    workflows: [
      workflow("intake", { type: "express", definition: intake }),
      workflow("respond", { type: "standard", definition: respond }),
      workflow("undo", { type: "standard", definition: undo }),
      workflow("escalate", { type: "standard", definition: escalate }),
      workflow("review", { type: "standard", definition: review }),
      workflow("except", { type: "standard", definition: except }),
      workflow("cover", { type: "standard", definition: cover }),
    ],
    tasks: [
      task("evaluate-detections", { timeoutSeconds: 30, memoryMb: 512, needs: { blobs: "read" } }),
      task("record-finding", { timeoutSeconds: 30, memoryMb: 512, needs: { table: "readwrite" } }),
      task("park-event", { timeoutSeconds: 30, memoryMb: 512, needs: { table: "readwrite", blobs: "readwrite" } }),
      task("note-execution", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
      task("plan-remediation", { timeoutSeconds: 30, memoryMb: 512, needs: { table: "readwrite", remediation: true } }),
      task("reserve-apply", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
      task("snapshot-resource", {
        timeoutSeconds: 30,
        memoryMb: 512,
        needs: { table: "readwrite", remediation: true, secrets: ["snapshot-key"] },
      }),
      task("apply-remediation", {
        timeoutSeconds: 30,
        memoryMb: 512,
        needs: { table: "readwrite", remediation: true, secrets: ["snapshot-key"] },
      }),
      task("verify-remediation", {
        timeoutSeconds: 30,
        memoryMb: 512,
        needs: { table: "readwrite", remediation: true, secrets: ["snapshot-key"] },
      }),
      task("roll-back", {
        timeoutSeconds: 30,
        memoryMb: 512,
        needs: { table: "readwrite", remediation: true, secrets: ["snapshot-key"] },
      }),
      task("settle-response", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
      task("ask-exception", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
      task("decide-exception", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
      task("cover-findings", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
      task("sweep", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
      task("open-approval", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
      task("remind-approval", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
      task("expire-approval", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
      task("dispatch-effects", {
        timeoutSeconds: 30,
        memoryMb: 256,
        needs: { table: "readwrite", blobs: "readwrite" },
      }),
      task("sign-checkpoint", {
        timeoutSeconds: 30,
        memoryMb: 256,
        needs: { table: "readwrite", secrets: ["ledger-key"] },
      }),
    ],
    schedules: [
      schedule("dispatch-effects", { everySeconds: 60, task: "dispatch-effects" }),
      schedule("sweep", { everySeconds: 3_600, task: "sweep" }),
      schedule("sign-checkpoint", { everySeconds: 60, task: "sign-checkpoint" }),
    ],
    tables: [{ name: "ephor", indexes: ["byTime", "byResource", "byOpen", "due"] }],
  };
}
