import { describeFunctions, type Functions } from "./aws-functions.contract.ts";

const sources: { readonly [N in keyof Functions]: () => Promise<Functions[N]> } = {
  api: () => import("../../functions/api.ts"),
  "dispatch-effects": () => import("../../functions/dispatch-effects.ts"),
  "evaluate-detections": () => import("../../functions/evaluate-detections.ts"),
  "execution-lines": () => import("../../functions/execution-lines.ts"),
  "inbox-consumer": () => import("../../functions/inbox-consumer.ts"),
  "large-event": () => import("../../functions/large-event.ts"),
  "note-execution": () => import("../../functions/note-execution.ts"),
  "park-event": () => import("../../functions/park-event.ts"),
  "plan-remediation": () => import("../../functions/plan-remediation.ts"),
  "record-finding": () => import("../../functions/record-finding.ts"),
  "sign-checkpoint": () => import("../../functions/sign-checkpoint.ts"),
  "sign-in-link": () => import("../../functions/sign-in-link.ts"),
  stream: () => import("../../functions/stream.ts"),
};

describeFunctions((name) => sources[name]());
