import type { Detection } from "@ephor/detections/define-detection";
import { route, schedule, type Topology, task, workflow } from "./types.ts";
import intake from "./workflows/intake.asl.json" with { type: "json" };
import respond from "./workflows/respond.asl.json" with { type: "json" };

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
    ],
    tasks: [
      task("evaluate-detections", { timeoutSeconds: 30, memoryMb: 512, needs: { blobs: "read" } }),
      task("record-finding", { timeoutSeconds: 30, memoryMb: 512, needs: { table: "readwrite" } }),
      task("park-event", { timeoutSeconds: 30, memoryMb: 512, needs: { table: "readwrite", blobs: "readwrite" } }),
      task("note-response", { timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
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
      schedule("sign-checkpoint", { everySeconds: 60, task: "sign-checkpoint" }),
    ],
    tables: [{ name: "ephor", indexes: ["byTime", "byResource", "byOpen", "due"] }],
  };
}
