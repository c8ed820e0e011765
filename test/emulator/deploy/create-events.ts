import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateScheduleCommand, CreateScheduleGroupCommand } from "@aws-sdk/client-scheduler";
import { answered, asIs, type Create, given, type Inputs, pascal, text } from "./creation.ts";

/**
 * The emulator fires rules that are ENABLED and no others; it knows no management events that a rule has to ask for, so
 * every one reaches these (docs/parity.md). That the state is the right one is for the policies of synth to check.
 */
const STATES: Readonly<Record<string, "ENABLED" | "DISABLED">> = {
  ENABLED: "ENABLED",
  ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS: "ENABLED",
  DISABLED: "DISABLED",
};

const busOf = (inputs: Inputs) => (given(inputs, "eventBusName") ? { EventBusName: text(inputs, "eventBusName") } : {});

/** Buses, rules and schedules. */
export const EVENTS: Readonly<Record<string, Create>> = {
  "aws:cloudwatch/eventBus:EventBus": async ({ eventbridge }, inputs) => {
    const { EventBusArn } = await eventbridge.send(
      new CreateEventBusCommand({
        Name: text(inputs, "name"),
        Description: asIs(inputs["description"]),
        KmsKeyIdentifier: asIs(inputs["kmsKeyIdentifier"]),
        DeadLetterConfig: pascal(inputs["deadLetterConfig"]),
      }),
    );
    return { arn: answered(EventBusArn, "bus ARN") };
  },
  "aws:cloudwatch/eventArchive:EventArchive": async ({ eventbridge }, inputs) => {
    await eventbridge.send(
      new CreateArchiveCommand({
        ArchiveName: text(inputs, "name"),
        EventSourceArn: text(inputs, "eventSourceArn"),
        RetentionDays: pascal(inputs["retentionDays"]),
        KmsKeyIdentifier: asIs(inputs["kmsKeyIdentifier"]),
      }),
    );
    return {};
  },
  "aws:cloudwatch/eventRule:EventRule": async ({ eventbridge }, inputs) => {
    const state = text(inputs, "state");
    const State = STATES[state];
    if (State === undefined)
      throw new Error(`its state is ${state}, expected one of ${Object.keys(STATES).join(", ")}`);
    const { RuleArn } = await eventbridge.send(
      new PutRuleCommand({
        ...busOf(inputs),
        Name: text(inputs, "name"),
        EventPattern: asIs(inputs["eventPattern"]),
        State,
      }),
    );
    return { arn: answered(RuleArn, "rule ARN") };
  },
  "aws:cloudwatch/eventTarget:EventTarget": async ({ eventbridge }, inputs) => {
    const { inputTransformer, retryPolicy, deadLetterConfig } = inputs;
    const transformer = asIs<{ inputPaths: Record<string, string>; inputTemplate: string } | undefined>(
      inputTransformer,
    );
    const target = {
      Id: text(inputs, "targetId"),
      Arn: text(inputs, "arn"),
      RoleArn: asIs<string | undefined>(inputs["roleArn"]),
      RetryPolicy: pascal<object>(retryPolicy),
      DeadLetterConfig: pascal<object>(deadLetterConfig),
      ...(transformer === undefined
        ? {}
        : {
            InputTransformer: { InputPathsMap: transformer.inputPaths, InputTemplate: transformer.inputTemplate },
          }),
    };
    const { FailedEntryCount } = await eventbridge.send(
      new PutTargetsCommand({ ...busOf(inputs), Rule: text(inputs, "rule"), Targets: [target] }),
    );
    if (FailedEntryCount !== 0) throw new Error("its target was refused");
    return {};
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": async ({ scheduler }, inputs) => {
    await scheduler.send(new CreateScheduleGroupCommand({ Name: text(inputs, "name") }));
    return {};
  },
  "aws:scheduler/schedule:Schedule": async ({ scheduler }, inputs) => {
    const { target, flexibleTimeWindow } = inputs;
    await scheduler.send(
      new CreateScheduleCommand({
        Name: text(inputs, "name"),
        GroupName: text(inputs, "groupName"),
        ScheduleExpression: text(inputs, "scheduleExpression"),
        FlexibleTimeWindow: pascal(flexibleTimeWindow),
        KmsKeyArn: asIs(inputs["kmsKeyArn"]),
        Target: pascal(target),
      }),
    );
    return {};
  },
};
