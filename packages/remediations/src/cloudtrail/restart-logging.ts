import type { AwsRequest } from "@ephor/domain/aws-call";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { calledIn } from "../evidence.ts";
import { callOf } from "../values.ts";
import { askTrail, ListTags, TRAIL_ARN, trailInput, trailSaid, trails, trailTags, trailTarget } from "./trail.ts";

const stateSchema = z.strictObject({ logs: z.boolean() });

const request = (operation: string): AwsRequest => ({ service: "cloudtrail", operation, input: { Name: TRAIL_ARN } });
const status = (IsLogging: boolean) => ({
  GetTrailStatus: {
    IsLogging,
    StopLoggingTime: "2026-01-15T09:30:00.000Z",
    TimeLoggingStopped: "2026-01-15T09:30:00Z",
  },
  ListTags,
});

export const restartLogging = defineRemediation({
  id: "cloudtrail.restart-logging",
  title: "Start a trail's logging again",
  description:
    "Starts a trail that was stopped; what it records and where it delivers stay. What happened meanwhile is not recorded by it: look for it in the event history of CloudTrail.",
  controls: { fsbp: ["CloudTrail.1"], cis: ["3.1"] },
  risk: "low",
  resources: trails,
  permissions: {
    read: ["cloudtrail:GetTrailStatus", "cloudtrail:ListTags"],
    write: ["cloudtrail:StartLogging", "cloudtrail:StopLogging"],
  },
  state: stateSchema,
  read: async (aws, target) => {
    const answer = z.object({ IsLogging: z.boolean() });
    const state = await askTrail(aws, { target, operation: "GetTrailStatus", answer });
    if (!state.ok) return state;
    const tags = await trailTags(aws, target);
    return tags.ok ? ok({ state: { logs: state.value.IsLogging }, tags: tags.value }) : tags;
  },
  fromEvidence: (target) => (calledIn(target) === "StopLogging" ? { logs: false } : undefined),
  change: (state, target) => {
    const trail = trailSaid(target);
    if (state.logs) return { calls: [], after: state, blast: `Nothing: ${trail} logs.` };
    const call = callOf("cloudtrail", "StartLogging", trailInput(target)).says(`Start the logging of ${trail}`);
    return { calls: [call], after: { logs: true }, blast: `Nothing but the cost of what ${trail} delivers.` };
  },
  undo: ({ before, current, target }) => {
    if (before.logs || !current.logs) return [];
    return [callOf("cloudtrail", "StopLogging", trailInput(target)).says(`Stop the logging of ${trailSaid(target)}`)];
  },
  model: { simulate: (_, { operation }) => ({ logs: operation === "StartLogging" }) },
  references: ["https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html"],
  cases: [
    hit("stopped", {
      target: trailTarget,
      answers: status(false),
      expect: {
        tags: { "managed-by": "Terraform" },
        calls: [request("StartLogging")],
        diff: [{ path: "/logs", before: false, after: true }],
        undo: [request("StopLogging")],
      },
    }),
    hit("the trail is named by its ARN", {
      target: targetOf("AWS::CloudTrail::Trail", TRAIL_ARN),
      answers: status(false),
      expect: { calls: [request("StartLogging")] },
    }),
    nothing("it logs", { target: trailTarget, answers: status(true) }),
    malformed("a trail that was deleted, which is not put right by being gone", {
      target: trailTarget,
      answers: { GetTrailStatus: failure("TrailNotFoundException") },
      expect: { code: "remediation.unsupported", message: /has to be made anew/ },
    }),
    malformed("an organization's trail of another account", {
      target: targetOf("AWS::CloudTrail::Trail", TRAIL_ARN.replace("111122223333", OTHER_ACCOUNT)),
      expect: { code: "remediation.target-invalid", message: /expected a resource of account 111122223333/ },
    }),
    malformed("the answer says nothing", {
      target: trailTarget,
      answers: { GetTrailStatus: {} },
      expect: { code: "remediation.unsupported", message: /IsLogging/ },
    }),
  ],
});
