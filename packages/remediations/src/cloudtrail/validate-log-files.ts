import type { AwsRequest } from "@ephor/domain/aws-call";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { unsupported } from "../ask.ts";
import { failure, hit, malformed, nothing, REGION } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { calledIn } from "../evidence.ts";
import { callOf } from "../values.ts";
import { askTrail, ListTags, TRAIL_ARN, trailInput, trailSaid, trails, trailTags, trailTarget } from "./trail.ts";

const stateSchema = z.strictObject({ validates: z.boolean() });

const answerSchema = z.object({
  Trail: z.object({ HomeRegion: z.string().optional(), LogFileValidationEnabled: z.boolean().default(false) }),
});

const update = (EnableLogFileValidation: boolean): AwsRequest => ({
  service: "cloudtrail",
  operation: "UpdateTrail",
  input: { Name: TRAIL_ARN, EnableLogFileValidation },
});
const answers = (more: Readonly<Record<string, string | boolean>>) => ({
  GetTrail: {
    Trail: {
      ...{ Name: "main", S3BucketName: "logs", TrailARN: TRAIL_ARN, IsMultiRegionTrail: true, HomeRegion: REGION },
      ...more,
    },
  },
  ListTags,
});

export const validateLogFiles = defineRemediation({
  id: "cloudtrail.validate-log-files",
  title: "Switch log file validation on for a trail",
  description:
    "From now on CloudTrail delivers a signed digest of its log files every hour, by which a changed or deleted one is seen. Files of before have none.",
  controls: { fsbp: ["CloudTrail.4"], cis: ["3.2"] },
  risk: "low",
  resources: trails,
  permissions: { read: ["cloudtrail:GetTrail", "cloudtrail:ListTags"], write: ["cloudtrail:UpdateTrail"] },
  state: stateSchema,
  read: async (aws, target) => {
    const read = await askTrail(aws, { target, operation: "GetTrail", answer: answerSchema });
    if (!read.ok) return read;
    const { HomeRegion, LogFileValidationEnabled } = read.value.Trail;
    if (HomeRegion !== undefined && HomeRegion !== target.region) {
      return unsupported(`${trailSaid(target)} can be changed in ${HomeRegion} only, its home Region`);
    }
    const tags = await trailTags(aws, target);
    return tags.ok ? ok({ state: { validates: LogFileValidationEnabled }, tags: tags.value }) : tags;
  },
  fromEvidence: (target) => (calledIn(target) === "UpdateTrail" ? { validates: false } : undefined),
  change: (state, target) => {
    const trail = trailSaid(target);
    if (state.validates) return { calls: [], after: state, blast: `Nothing: ${trail} has its log files validated.` };
    const call = callOf("cloudtrail", "UpdateTrail", { ...trailInput(target), EnableLogFileValidation: true });
    const says = `Deliver digests of the log files of ${trail}`;
    return { calls: [call.says(says)], after: { validates: true }, blast: "Nothing but a few small files an hour." };
  },
  undo: ({ before, current, target }) => {
    if (before.validates || !current.validates) return [];
    const call = callOf("cloudtrail", "UpdateTrail", { ...trailInput(target), EnableLogFileValidation: false });
    return [call.says(`Deliver no digests of the log files of ${trailSaid(target)}, as before`)];
  },
  model: { simulate: (_, { input }) => ({ validates: input["EnableLogFileValidation"] === true }) },
  references: [
    "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html",
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html",
  ],
  cases: [
    hit("switched off", {
      target: trailTarget,
      answers: answers({ LogFileValidationEnabled: false }),
      expect: {
        calls: [update(true)],
        diff: [{ path: "/validates", before: false, after: true }],
        undo: [update(false)],
      },
    }),
    nothing("switched on", { target: trailTarget, answers: answers({ LogFileValidationEnabled: true }) }),
    malformed("another home Region", {
      target: trailTarget,
      answers: answers({ HomeRegion: "us-east-1" }),
      expect: { code: "remediation.unsupported", message: /us-east-1 only/ },
    }),
    malformed("a trail that was deleted", {
      target: trailTarget,
      answers: { GetTrail: failure("TrailNotFoundException") },
      expect: { code: "remediation.unsupported", message: /has to be made anew/ },
    }),
    malformed("the answer is text", {
      target: trailTarget,
      answers: answers({ LogFileValidationEnabled: "no" }),
      expect: { code: "remediation.unsupported", message: /LogFileValidationEnabled/ },
    }),
  ],
});
