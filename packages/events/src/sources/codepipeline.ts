import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { textAt } from "./read.ts";
import { resourceOf, type ServiceFinding } from "./service-finding.ts";

/** AWS CodePipeline User Guide, "Monitoring CodePipeline events". */
export const CODEPIPELINE = defineSource({
  kind: "codepipeline",
  source: "aws.codepipeline",
  detailTypes: [
    "CodePipeline Pipeline Execution State Change",
    "CodePipeline Stage Execution State Change",
    "CodePipeline Action Execution State Change",
  ],
  schema: z.object({ pipeline: requiredText, state: requiredText }),
});

export function codepipelineFinding(event: Event): ServiceFinding | undefined {
  const pipeline = textAt(event.envelope.detail, "pipeline");
  const state = textAt(event.envelope.detail, "state");
  if (pipeline === undefined || state === undefined) return undefined;
  const stage = textAt(event.envelope.detail, "stage");
  return {
    type: "execution",
    title: `Pipeline ${pipeline}${stage === undefined ? "" : `, stage ${stage}`} is ${state}`,
    severity: "low",
    resource: resourceOf("AWS::CodePipeline::Pipeline", event.envelope.resources[0] ?? pipeline),
    actor: null,
    active: state === "FAILED",
  };
}
