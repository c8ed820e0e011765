import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { textAt } from "./read.ts";
import { resourceOf, type ServiceFinding } from "./service-finding.ts";

/** AWS CodeBuild User Guide, "Build notifications input format reference". */
export const CODEBUILD = defineSource({
  kind: "codebuild",
  source: "aws.codebuild",
  detailTypes: ["CodeBuild Build State Change", "CodeBuild Build Phase Change"],
  schema: z.object({ "project-name": requiredText, "build-id": requiredText }),
});

const FAILED = new Set(["FAILED", "FAULT", "TIMED_OUT"]);

/** Of state changes only: a phase that fails ends in one. */
export function codebuildFinding(event: Event): ServiceFinding | undefined {
  const project = textAt(event.envelope.detail, "project-name");
  const status = textAt(event.envelope.detail, "build-status");
  if (project === undefined || status === undefined) return undefined;
  return {
    type: "build",
    title: `Build of ${project} is ${status}`,
    severity: "low",
    resource: resourceOf("AWS::CodeBuild::Project", project),
    actor: null,
    active: FAILED.has(status),
  };
}
