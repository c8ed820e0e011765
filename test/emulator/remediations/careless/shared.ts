import { CreateRepositoryCommand, GetRepositoryPolicyCommand, SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import {
  CancelKeyDeletionCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  type LambdaClient,
  UpdateFunctionUrlConfigCommand,
} from "@aws-sdk/client-lambda";
import { CreateTopicCommand, GetTopicAttributesCommand, SetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueAttributesCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Json } from "@ephor/domain/json";
import { zipOf } from "../../lambda/zip.ts";
import { ACCOUNT, REGION } from "../victim.ts";
import { type Careless, targetOf } from "./careless.ts";
import { sorted } from "./seen.ts";

type Grant = { readonly sid: string; readonly principal: Json };

/** A policy that lets each of these do one thing to one resource. */
const policyOf = (of: { action: string; resource?: string }, grants: readonly Grant[]) => ({
  Version: "2012-10-17",
  Statement: grants.map(({ sid, principal }) => ({
    ...{ Sid: sid, Effect: "Allow", Principal: principal, Action: of.action },
    ...(of.resource === undefined ? {} : { Resource: of.resource }),
  })),
});
const OWN = { sid: "Own", principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` } };
const PUBLIC = { sid: "Public", principal: "*" };
const OTHER = { sid: "Other", principal: "*" };

/** What is careless, right, and somebody else's, all of one resource's policy. */
function policies(of: { action: string; resource?: string }, put: (policy: string) => Promise<unknown>) {
  const careless = policyOf(of, [OWN, PUBLIC]);
  return {
    ...{ careless: sorted(careless), right: sorted(policyOf(of, [OWN])) },
    disturb: () => put(JSON.stringify(policyOf(of, [OWN, PUBLIC, OTHER]))),
    begin: () => put(JSON.stringify(careless)),
  };
}
const parsed = (policy: string | undefined): Json => sorted(JSON.parse(policy ?? "null"));

const publicRepository: Careless = {
  remediation: "ecr.remove-public-statement",
  on: "moto",
  async make({ clients: { ecr } }, repositoryName) {
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const { begin, ...rest } = policies({ action: "ecr:BatchGetImage" }, (policyText) =>
      ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText })),
    );
    await begin();
    return {
      target: targetOf("AWS::ECR::Repository", repositoryName),
      ...rest,
      see: async () => parsed((await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))).policyText),
    };
  },
};

const publicTopic: Careless = {
  remediation: "sns.remove-public-statement",
  on: "ministack",
  async make({ clients: { sns } }, Name) {
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name }));
    const { begin, ...rest } = policies({ action: "sns:Publish", resource: TopicArn }, (AttributeValue) =>
      sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "Policy", AttributeValue })),
    );
    await begin();
    return {
      target: targetOf("AWS::SNS::Topic", Name),
      ...rest,
      see: async () => parsed((await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes?.["Policy"]),
    };
  },
};

const publicQueue: Careless = {
  remediation: "sqs.remove-public-statement",
  on: "ministack",
  async make({ clients: { sqs } }, QueueName) {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
    const resource = `arn:aws:sqs:${REGION}:${ACCOUNT}:${QueueName}`;
    const { begin, ...rest } = policies({ action: "sqs:SendMessage", resource }, (Policy) =>
      sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } })),
    );
    await begin();
    return {
      target: targetOf("AWS::SQS::Queue", QueueName),
      ...rest,
      see: async () => {
        const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] }));
        return parsed(Attributes?.Policy);
      },
    };
  },
};

async function functionNamed(lambda: LambdaClient, FunctionName: string): Promise<void> {
  const ZipFile = zipOf([{ name: "index.mjs", bytes: Buffer.from("export const handler = () => undefined;") }]);
  await lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName, Runtime: "nodejs24.x", Handler: "index.handler", Code: { ZipFile } },
      Role: `arn:aws:iam::${ACCOUNT}:role/ephor-remediation`,
    }),
  );
}

const publicFunction: Careless = {
  remediation: "lambda.remove-public-permission",
  on: "ministack",
  async make({ clients: { lambda } }, FunctionName) {
    await functionNamed(lambda, FunctionName);
    const add = (StatementId: string, Principal: string) =>
      lambda.send(new AddPermissionCommand({ FunctionName, StatementId, Action: "lambda:InvokeFunction", Principal }));
    await add("own", ACCOUNT);
    await add("public", "*");
    return {
      target: targetOf("AWS::Lambda::Function", FunctionName),
      ...{ careless: ["own", "public"], right: ["own"], disturb: () => add("other", "*") },
      see: async () => {
        const { Policy = "{}" } = await lambda.send(new GetPolicyCommand({ FunctionName }));
        const { Statement = [] }: { Statement?: readonly { Sid: string }[] } = JSON.parse(Policy);
        return Statement.map(({ Sid }) => Sid).sort();
      },
    };
  },
};

const openFunctionUrl: Careless = {
  remediation: "lambda.require-url-sign-in",
  on: "ministack",
  onlyWay: "a URL asks for sign-in or not",
  async make({ clients: { lambda } }, FunctionName) {
    await functionNamed(lambda, FunctionName);
    await lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE" }));
    const see = async () => (await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName }))).AuthType ?? null;
    return {
      target: targetOf("AWS::Lambda::Function", FunctionName),
      ...{ careless: "NONE", right: "AWS_IAM", see },
      disturb: async () => {
        const AuthType = (await see()) === "NONE" ? "AWS_IAM" : "NONE";
        return lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, AuthType }));
      },
    };
  },
};

const unrotatedKey: Careless = {
  remediation: "kms.enable-rotation",
  on: "ministack",
  onlyWay: "a key rotates or not",
  async make({ clients: { kms } }) {
    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
    const see = async () => (await kms.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled ?? null;
    return {
      target: targetOf("AWS::KMS::Key", KeyId),
      ...{ careless: false, right: true, see },
      disturb: async () =>
        (await see())
          ? kms.send(new DisableKeyRotationCommand({ KeyId }))
          : kms.send(new EnableKeyRotationCommand({ KeyId })),
    };
  },
};

const keyToBeDeleted: Careless = {
  remediation: "kms.cancel-deletion",
  on: "ministack",
  async make({ clients: { kms } }) {
    const KeyId = (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.KeyId ?? "";
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    return {
      target: targetOf("AWS::KMS::Key", KeyId),
      ...{ careless: "PendingDeletion", right: "Enabled" },
      see: async () => (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState ?? null,
      disturb: () => kms.send(new CancelKeyDeletionCommand({ KeyId })),
    };
  },
};

export const shared: readonly Careless[] = [
  ...[publicRepository, publicTopic, publicQueue, publicFunction, openFunctionUrl, unrotatedKey, keyToBeDeleted],
];
