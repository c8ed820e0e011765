import { readFileSync } from "node:fs";
import { join } from "node:path";

export type RecordedResource = {
  readonly type: string;
  readonly name: string;
  readonly region: string;
  readonly inputs: Readonly<Record<string, unknown>>;
};
export type MockResource = {
  readonly type: string;
  readonly name: string;
  readonly id?: string;
  readonly inputs: Record<string, unknown>;
};
export type MockCall = { readonly token: string; readonly inputs: Record<string, unknown> };

export const ACCOUNT = "111111111111";
type Place = { readonly region: string; readonly tags: Readonly<Record<string, string>>; readonly platform: string };

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** ARN by type: service, and what stands before the name. */
const ARNS: Readonly<Record<string, readonly [service: string, prefix: string]>> = {
  "aws:cloudwatch/eventArchive:EventArchive": ["events", "archive/"],
  "aws:cloudwatch/eventBus:EventBus": ["events", "event-bus/"],
  "aws:cloudwatch/eventRule:EventRule": ["events", "rule/"],
  "aws:cloudwatch/logGroup:LogGroup": ["logs", "log-group:"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["cloudwatch", "alarm:"],
  "aws:dynamodb/table:Table": ["dynamodb", "table/"],
  "aws:kms/key:Key": ["kms", "key/"],
  "aws:lambda/function:Function": ["lambda", "function:"],
  "aws:scheduler/schedule:Schedule": ["scheduler", "schedule/"],
  "aws:sfn/stateMachine:StateMachine": ["states", "stateMachine:"],
  "aws:sns/topic:Topic": ["sns", ""],
  "aws:sqs/queue:Queue": ["sqs", ""],
  "aws:wafv2/webAcl:WebAcl": ["wafv2", "regional/webacl/"],
};

type Outputs = (made: {
  arn: string;
  id: string;
  region: string;
  inputs: Record<string, unknown>;
}) => Record<string, unknown>;
/** What AWS answers and the program goes on with; a property that nothing here gives stays unknown and fails the run. */
const OUTPUTS: Readonly<Record<string, Outputs>> = {
  "aws:apigateway/restApi:RestApi": ({ id, region }) => ({
    executionArn: `arn:aws:execute-api:${region}:${ACCOUNT}:${id}`,
    rootResourceId: `${id}-root`,
  }),
  "aws:apigateway/stage:Stage": ({ region, inputs }) => ({
    arn: `arn:aws:apigateway:${region}::/restapis/${text(inputs["restApi"])}/stages/${text(inputs["stageName"])}`,
  }),
  "aws:dynamodb/table:Table": ({ arn }) => ({ streamArn: `${arn}/stream/2026-01-01T00:00:00.000` }),
  "aws:iam/role:Role": ({ inputs }) => ({ arn: `arn:aws:iam::${ACCOUNT}:role/${text(inputs["name"])}` }),
  "aws:kms/key:Key": ({ id }) => ({ keyId: id }),
  "aws:lambda/alias:Alias": ({ region, inputs }) => {
    const arn = `arn:aws:lambda:${region}:${ACCOUNT}:function:${text(inputs["functionName"])}:${text(inputs["name"])}`;
    return { arn, invokeArn: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations` };
  },
  "aws:lambda/function:Function": () => ({ version: "1" }),
  "aws:s3/bucket:Bucket": ({ inputs }) => ({ arn: `arn:aws:s3:::${text(inputs["bucket"])}` }),
  "aws:sfn/alias:Alias": ({ inputs }) => ({
    arn: text(inputs["routingConfigurations"] && JSON.stringify(inputs["routingConfigurations"])).replace(
      /^.*"(arn:[^"]+):\d+".*$/,
      `$1:${text(inputs["name"])}`,
    ),
  }),
  "aws:sfn/stateMachine:StateMachine": ({ arn }) => ({ stateMachineVersionArn: `${arn}:1` }),
  "aws:sqs/queue:Queue": ({ region, inputs }) => ({
    url: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${text(inputs["name"])}`,
  }),
};

const serviceOf = (type: string): string => type.split(/[:/]/)[1] ?? "";
const ownTags = ({ tags }: Record<string, unknown>): object => (typeof tags === "object" && tags !== null ? tags : {});

type Asked = {
  readonly type: string;
  readonly name: string;
  readonly place: string;
  readonly inputs: Record<string, unknown>;
};

function answerOf({ type, name, place, inputs }: Asked): { id: string; state: Record<string, unknown> } {
  const id = `${name.toLowerCase()}-id`;
  const [service, prefix] = ARNS[type] ?? [];
  const physical = type === "aws:kms/key:Key" ? id : text(inputs["name"]) || id;
  const arn = `arn:aws:${service}:${place}:${ACCOUNT}:${prefix}${physical}`;
  const more = OUTPUTS[type]?.({ arn, id, region: place, inputs }) ?? {};
  return { id, state: { ...(service === undefined ? {} : { arn }), ...inputs, ...more } };
}

/** Services whose resources are of no Region. */
const GLOBAL = ["iam", "budgets"];

/** What Pulumi's engine and AWS's provider would answer, and a record of all that was asked for. */
export function mocksOf({ region, tags, platform }: Place) {
  const resources: RecordedResource[] = [];
  const unmocked: string[] = [];
  const taggable = taggableTypes(platform);
  return {
    resources,
    unmocked,
    newResource({ type, name, inputs }: MockResource): { id: string; state: Record<string, unknown> } {
      if (type.startsWith("pulumi:")) return { id: name, state: inputs };
      if (!type.startsWith("aws:")) unmocked.push(`resource ${type} ${name}`);
      const place = GLOBAL.includes(serviceOf(type)) ? "global" : text(inputs["region"]) || region;
      // The provider adds its default tags to all that takes tags; a resource's own come last.
      const tagsAll = taggable(type) ? { tagsAll: { ...tags, ...ownTags(inputs) } } : {};
      resources.push({ type, name, region: place, inputs: { ...inputs, ...tagsAll } });
      return answerOf({ type, name, place, inputs });
    },
    call({ token }: MockCall): Record<string, unknown> {
      const answer = CALLS[token];
      if (answer === undefined) unmocked.push(`call ${token}`);
      return answer ?? {};
    },
  };
}

const CALLS: Readonly<Record<string, Record<string, unknown>>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": {
    accountId: ACCOUNT,
    arn: `arn:aws:iam::${ACCOUNT}:role/deployer`,
    userId: "deployer",
    id: ACCOUNT,
  },
  "aws:index/getPartition:getPartition": {
    ...{ partition: "aws", dnsSuffix: "amazonaws.com" },
    ...{ id: "aws", reverseDnsPrefix: "com.amazonaws" },
  },
};

/** Whether a type takes tags, by the provider's own classes. */
function taggableTypes(platform: string): (type: string) => boolean {
  const known = new Map<string, boolean>();
  return (type) => {
    const [, module = "", file = ""] = type.split(/[:/]/);
    const found =
      known.get(type) ??
      readFileSync(join(platform, "node_modules/@pulumi/aws", module, `${file}.js`), "utf8").includes('"tagsAll"');
    known.set(type, found);
    return found;
  };
}
