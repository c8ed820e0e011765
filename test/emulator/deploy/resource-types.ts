import { API } from "./create-api.ts";
import { EVENTS } from "./create-events.ts";
import { FUNCTIONS } from "./create-functions.ts";
import { IDENTITY } from "./create-identity.ts";
import { MESSAGES } from "./create-messages.ts";
import { STORAGE } from "./create-storage.ts";
import type { Create } from "./creation.ts";

/** How each type of resource is created. */
export const CREATED: Readonly<Record<string, Create>> = {
  ...IDENTITY,
  ...MESSAGES,
  ...STORAGE,
  ...API,
  ...FUNCTIONS,
  ...EVENTS,
};

/** Types in the order in which AWS wants to have them: what is named is there before what names it. */
export const ORDER: readonly string[] = [
  ...["kms/key:Key", "kms/alias:Alias", "cloudwatch/logGroup:LogGroup"],
  ...["sns/topic:Topic", "sns/topicPolicy:TopicPolicy", "sns/topicSubscription:TopicSubscription"],
  ...["sqs/queue:Queue", "sqs/queuePolicy:QueuePolicy"],
  ...["s3/bucket:Bucket", "s3/bucketVersioning:BucketVersioning"],
  ...["s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"],
  ...["s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"],
  ...["s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", "s3/bucketLogging:BucketLogging"],
  ...["s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "s3/bucketOwnershipControls:BucketOwnershipControls"],
  ...["s3/bucketPolicy:BucketPolicy", "dynamodb/table:Table"],
  ...["apigateway/restApi:RestApi", "s3/bucketObjectv2:BucketObjectv2"],
  ...["iam/role:Role", "iam/rolePolicy:RolePolicy"],
  ...["lambda/function:Function", "lambda/alias:Alias", "lambda/permission:Permission"],
  ...["sfn/stateMachine:StateMachine", "sfn/alias:Alias"],
  ...["lambda/eventSourceMapping:EventSourceMapping"],
  ...["scheduler/scheduleGroup:ScheduleGroup", "scheduler/schedule:Schedule"],
  ...["cloudwatch/eventBus:EventBus", "cloudwatch/eventArchive:EventArchive"],
  ...["cloudwatch/eventRule:EventRule", "cloudwatch/eventTarget:EventTarget"],
  ...["apigateway/resource:Resource", "apigateway/method:Method", "apigateway/integration:Integration"],
  ...["apigateway/deployment:Deployment", "apigateway/account:Account", "apigateway/stage:Stage"],
  ...["apigateway/methodSettings:MethodSettings"],
].map((type) => `aws:${type}`);

/** What is not created, and why. The policies of `npm run synth` check each of these. */
export const ASSERTED_BY_SYNTH: Readonly<Record<string, string>> = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": "the emulator has no metrics of the services that it emulates",
  "aws:cloudwatch/dashboard:Dashboard": "the emulator has no metrics to show",
  "aws:budgets/budget:Budget": "the emulator costs nothing",
  "aws:wafv2/webAcl:WebAcl": "the emulator stores a firewall and lets everything through",
  "aws:wafv2/webAclAssociation:WebAclAssociation": "the emulator stores a firewall and lets everything through",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "there is no firewall whose log it would be",
  "aws:xray/samplingRule:SamplingRule": "the emulator has no X-Ray",
};
