import type { AwsCall, AwsRequest } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";
import { type Answers, failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { calledIn } from "../evidence.ts";
import { callOf } from "../values.ts";

const stateSchema = z.strictObject({ records: z.boolean() });

const inputOf = ({ resource }: RemediationTarget) => ({ ConfigurationRecorderName: resource.id });
const recorderSaid = ({ resource, region }: RemediationTarget): string => `recorder ${resource.id} in ${region}`;

const statusSchema = z.object({
  ConfigurationRecordersStatus: z.array(z.object({ name: z.string(), recording: z.boolean() })),
});
const channelsSchema = z.object({ DeliveryChannels: z.array(z.object({ name: z.string() })) });

/** Whether it records; null where there is no such recorder. */
async function recording(aws: AwsCall, target: RemediationTarget): Promise<Asked<boolean | null>> {
  const { id } = target.resource;
  return ask<boolean | null>(
    aws,
    {
      service: "config-service",
      operation: "DescribeConfigurationRecorderStatus",
      input: { ConfigurationRecorderNames: [id] },
    },
    {
      answer: statusSchema.transform(
        ({ ConfigurationRecordersStatus: all }) => all.find(({ name }) => name === id)?.recording ?? null,
      ),
      absent: { codes: ["NoSuchConfigurationRecorderException"], as: null },
    },
  );
}

const main = targetOf("AWS::Config::ConfigurationRecorder", "default");
const request = (operation: string): AwsRequest => ({
  service: "config-service",
  operation,
  input: { ConfigurationRecorderName: "default" },
});
const answers = (records: boolean | string, channels: readonly string[] = ["default"]): Answers => ({
  DescribeConfigurationRecorderStatus: {
    ConfigurationRecordersStatus: [{ name: "default", recording: records, lastStatus: "SUCCESS" }],
  },
  DescribeDeliveryChannels: { DeliveryChannels: channels.map((name) => ({ name, s3BucketName: "config-logs" })) },
});

export const startRecorder = defineRemediation({
  id: "config.start-recorder",
  title: "Start AWS Config's recorder again",
  description:
    "Starts the recorder of this Region; what it records and where it delivers stay. Changes made meanwhile show as one when it looks at each resource again.",
  controls: { fsbp: ["Config.1"], cis: ["3.3"] },
  risk: "low",
  resources: {
    "AWS::Config::ConfigurationRecorder": {
      pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{0,255}$/,
      expected: "the name of a recorder",
    },
  },
  permissions: {
    read: ["config:DescribeConfigurationRecorderStatus", "config:DescribeDeliveryChannels"],
    write: ["config:StartConfigurationRecorder", "config:StopConfigurationRecorder"],
  },
  state: stateSchema,
  read: async (aws, target) => {
    const records = await recording(aws, target);
    if (!records.ok) return records;
    if (records.value === null) {
      return unsupported(`there is no ${recorderSaid(target)} any more: it has to be made anew, with its role`);
    }
    const channels = await ask(
      aws,
      { service: "config-service", operation: "DescribeDeliveryChannels", input: {} },
      { answer: channelsSchema },
    );
    if (!channels.ok) return channels;
    if (channels.value.DeliveryChannels.length > 0) return ok({ state: { records: records.value } });
    return unsupported(`${recorderSaid(target)} has no delivery channel, without which AWS Config starts none`);
  },
  fromEvidence: (target) => (calledIn(target) === "StopConfigurationRecorder" ? { records: false } : undefined),
  change: (state, target) => {
    if (state.records) return { calls: [], after: state, blast: `Nothing: ${recorderSaid(target)} records.` };
    const call = callOf("config-service", "StartConfigurationRecorder", inputOf(target));
    return {
      calls: [call.says(`Start ${recorderSaid(target)}`)],
      after: { records: true },
      blast: "Nothing but the cost of what it records; rules that follow changes evaluate again.",
    };
  },
  undo: ({ before, current, target }) => {
    if (before.records || !current.records) return [];
    return [
      callOf("config-service", "StopConfigurationRecorder", inputOf(target)).says(`Stop ${recorderSaid(target)}`),
    ];
  },
  model: { simulate: (_, { operation }) => ({ records: operation === "StartConfigurationRecorder" }) },
  references: [
    "https://docs.aws.amazon.com/config/latest/APIReference/API_StartConfigurationRecorder.html",
    "https://docs.aws.amazon.com/securityhub/latest/userguide/config-controls.html#config-1",
  ],
  cases: [
    hit("stopped", {
      target: main,
      answers: answers(false),
      expect: {
        calls: [request("StartConfigurationRecorder")],
        diff: [{ path: "/records", before: false, after: true }],
        undo: [request("StopConfigurationRecorder")],
      },
    }),
    nothing("it records", { target: main, answers: answers(true) }),
    malformed("a recorder that was deleted, which is not put right by being gone", {
      target: main,
      answers: { DescribeConfigurationRecorderStatus: failure("NoSuchConfigurationRecorderException") },
      expect: { code: "remediation.unsupported", message: /has to be made anew/ },
    }),
    malformed("nowhere to deliver", {
      target: main,
      answers: answers(false, []),
      expect: { code: "remediation.unsupported", message: /no delivery channel/ },
    }),
    malformed("the answer is text", {
      target: main,
      answers: answers("yes"),
      expect: { code: "remediation.unsupported", message: /recording/ },
    }),
    malformed("a name of many lines", {
      target: targetOf("AWS::Config::ConfigurationRecorder", "default\nx"),
      expect: { code: "remediation.target-invalid", message: /default\\u\{a\}x/ },
    }),
  ],
});
