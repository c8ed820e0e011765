import {
  CreateTrailCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from "@aws-sdk/client-cloudtrail";
import {
  DescribeConfigurationRecorderStatusCommand,
  PutConfigurationRecorderCommand,
  PutDeliveryChannelCommand,
  StartConfigurationRecorderCommand,
  StopConfigurationRecorderCommand,
} from "@aws-sdk/client-config-service";
import {
  CreateDetectorCommand,
  GetDetectorCommand,
  ListDetectorsCommand,
  UpdateDetectorCommand,
} from "@aws-sdk/client-guardduty";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { ACCOUNT, type Victim } from "../victim.ts";
import { type Careless, targetOf } from "./careless.ts";

async function logBucket({ clients: { s3 } }: Victim, name: string): Promise<string> {
  const CreateBucketConfiguration = { LocationConstraint: "eu-central-1" } as const;
  await s3.send(new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration }));
  return name;
}

const restartLogging: Careless = {
  remediation: "cloudtrail.restart-logging",
  on: "moto",
  onlyWay: "a trail logs or not",
  async make(victim, Name) {
    const { cloudtrail } = victim.clients;
    await cloudtrail.send(new CreateTrailCommand({ Name, S3BucketName: await logBucket(victim, Name) }));
    const see = async () => (await cloudtrail.send(new GetTrailStatusCommand({ Name }))).IsLogging ?? null;
    return {
      target: targetOf("AWS::CloudTrail::Trail", Name),
      ...{ careless: false, right: true, see },
      disturb: async () =>
        (await see())
          ? cloudtrail.send(new StopLoggingCommand({ Name }))
          : cloudtrail.send(new StartLoggingCommand({ Name })),
    };
  },
};

const validateLogFiles: Careless = {
  remediation: "cloudtrail.validate-log-files",
  on: "moto",
  onlyWay: "log files are validated or not",
  async make(victim, Name) {
    const { cloudtrail } = victim.clients;
    await cloudtrail.send(new CreateTrailCommand({ Name, S3BucketName: await logBucket(victim, Name) }));
    const see = async () =>
      (await cloudtrail.send(new GetTrailCommand({ Name }))).Trail?.LogFileValidationEnabled ?? null;
    return {
      target: targetOf("AWS::CloudTrail::Trail", Name),
      ...{ careless: false, right: true, see },
      disturb: async () => cloudtrail.send(new UpdateTrailCommand({ Name, EnableLogFileValidation: !(await see()) })),
    };
  },
};

const startRecorder: Careless = {
  remediation: "config.start-recorder",
  on: "moto",
  onlyWay: "a recorder records or not",
  async make(victim, bucket) {
    const { config } = victim.clients;
    const name = "default";
    const ConfigurationRecorderName = name;
    const roleARN = `arn:aws:iam::${ACCOUNT}:role/config`;
    await config.send(new PutConfigurationRecorderCommand({ ConfigurationRecorder: { name, roleARN } }));
    const DeliveryChannel = { name, s3BucketName: await logBucket(victim, bucket) };
    await config.send(new PutDeliveryChannelCommand({ DeliveryChannel }));
    const see = async () => {
      const { ConfigurationRecordersStatus = [] } = await config.send(
        new DescribeConfigurationRecorderStatusCommand({}),
      );
      return ConfigurationRecordersStatus[0]?.recording ?? null;
    };
    const stop = () => config.send(new StopConfigurationRecorderCommand({ ConfigurationRecorderName }));
    if (await see()) await stop();
    return {
      target: targetOf("AWS::Config::ConfigurationRecorder", name),
      ...{ careless: false, right: true, see },
      disturb: async () =>
        (await see()) ? stop() : config.send(new StartConfigurationRecorderCommand({ ConfigurationRecorderName })),
    };
  },
};

const enableGuardDuty: Careless = {
  remediation: "guardduty.enable",
  on: "moto",
  async make({ clients: { guardduty } }) {
    const { DetectorIds = [] } = await guardduty.send(new ListDetectorsCommand({}));
    const DetectorId =
      DetectorIds[0] ?? (await guardduty.send(new CreateDetectorCommand({ Enable: false }))).DetectorId ?? "";
    const set = (Enable: boolean) => guardduty.send(new UpdateDetectorCommand({ DetectorId, Enable }));
    await set(false);
    return {
      target: targetOf("AWS::GuardDuty::Detector", DetectorId),
      ...{ careless: "DISABLED", right: "ENABLED", disturb: () => set(true) },
      see: async () => (await guardduty.send(new GetDetectorCommand({ DetectorId }))).Status ?? null,
    };
  },
};

export const watching: readonly Careless[] = [restartLogging, validateLogFiles, startRecorder, enableGuardDuty];
