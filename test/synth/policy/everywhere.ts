import { at, type Check, type Graph, type Resource, textAt } from "./check.ts";

const TAGS = ["Project", "Environment", "CostCenter", "Owner", "DataClass"];
const CONFIDENTIAL = ["aws:dynamodb/table:Table", "aws:sqs/queue:Queue", "aws:sns/topic:Topic"];
const ACCOUNT = "111111111111";

/** What of every resource, whatever its type. */
export const everywhere = (types: readonly string[]): readonly Check[] => [
  {
    name: "has every tag, if it takes tags",
    types,
    wrong: ({ type, inputs }, { stage }) => {
      const tags = at(inputs, "tagsAll");
      if (tags === undefined) return undefined;
      const missing = TAGS.filter((tag) => textAt(tags, tag) === "");
      if (missing.length > 0) return `${missing.join(", ")} missing`;
      if (textAt(tags, "Environment") !== stage) return `Environment is ${textAt(tags, "Environment")}`;
      return CONFIDENTIAL.includes(type) && textAt(tags, "DataClass") !== "confidential"
        ? "DataClass is not confidential"
        : undefined;
    },
  },
  {
    name: "names nothing of this account that is not made here",
    types,
    wrong: ({ inputs }, graph) => {
      const known = knownArns(graph);
      const named = [
        ...JSON.stringify(inputs).matchAll(/arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d{12}:[^"\\,\s]+|arn:aws:s3:::[^"\\,\s]+/g),
      ];
      const unknown = named.map(([arn]) => arn.replace(/\/invocations$/, "")).filter((arn) => !isKnown(arn, known));
      return unknown.length === 0 ? undefined : [...new Set(unknown)].join(", ");
    },
  },
];

/** What patterns stand for more than one thing, or for what AWS itself makes. */
const OUTSIDE = [
  /^arn:aws:iam::\d{12}:root$/,
  /^arn:aws:iam::(?!111111111111)\d{12}:role\/\S+$/,
  // Of a remediation role; remediation.ts checks what they are for.
  /^arn:aws:iam::111111111111:(?:[a-z.-]+\/)+\*$/,
  /^arn:aws:s3:::\*$/,
  /^arn:aws:iam::111111111111:role\/ephor-\*$/,
  // Of channels and of other accounts' roles; secrets.ts checks which.
  /^arn:aws:secretsmanager:eu-central-1:111111111111:secret:[\w/-]+-\?{6}$/,
  /^arn:aws:ses:eu-central-1:111111111111:identity\/[\w.@-]+$/,
  /^arn:aws:events:\*:\d{12}:rule\/\*$/,
  /^arn:aws:logs:[^:]+:\d{12}:log-group:(?:\*|API-Gateway-Execution-Logs_\*|\/aws\/vendedlogs\/apigateway\/\*)$/,
  /^arn:aws:dynamodb:[^:]+:\d{12}:table\/[^/]+\/stream\/\S+$/,
  /^arn:aws:states:[^:]+:\d{12}:execution:[^:]+:\*$/,
  /^arn:aws:acm:[^:]+:\d{12}:certificate\/\S+$/,
  /^arn:aws:execute-api:[^:]+:\d{12}:\S+$/,
];

const isKnown = (arn: string, known: ReadonlySet<string>): boolean => {
  if (known.has(arn)) return true;
  const parts = arn.split(/(?<=[:/])/);
  const isBelow = parts.some((_, index) => known.has(parts.slice(0, index).join("").replace(/[:/]$/, "")));
  return isBelow || OUTSIDE.some((form) => form.test(arn));
};

const cache = new WeakMap<Graph, ReadonlySet<string>>();

function knownArns(graph: Graph): ReadonlySet<string> {
  const known = cache.get(graph) ?? new Set(graph.resources.flatMap(arnsOf));
  cache.set(graph, known);
  return known;
}

/** How the ARN of a type ends, by its inputs. */
const ENDS: Readonly<Record<string, (inputs: unknown, name: string) => string>> = {
  "aws:cloudwatch/eventBus:EventBus": (inputs) => `events:event-bus/${textAt(inputs, "name")}`,
  "aws:cloudwatch/logGroup:LogGroup": (inputs) => `logs:log-group:${textAt(inputs, "name")}`,
  "aws:dynamodb/table:Table": (inputs) => `dynamodb:table/${textAt(inputs, "name")}`,
  "aws:kms/key:Key": (_, name) => `kms:key/${name.toLowerCase()}-id`,
  "aws:lambda/function:Function": (inputs) => `lambda:function:${textAt(inputs, "name")}`,
  "aws:sfn/stateMachine:StateMachine": (inputs) => `states:stateMachine:${textAt(inputs, "name")}`,
  "aws:sns/topic:Topic": (inputs) => `sns:${textAt(inputs, "name")}`,
  "aws:sqs/queue:Queue": (inputs) => `sqs:${textAt(inputs, "name")}`,
  "aws:wafv2/webAcl:WebAcl": (inputs) => `wafv2:regional/webacl/${textAt(inputs, "name")}`,
};

function arnsOf({ type, name, region, inputs }: Resource): readonly string[] {
  if (type === "aws:iam/role:Role") return [`arn:aws:iam::${ACCOUNT}:role/${textAt(inputs, "name")}`];
  if (type === "aws:s3/bucket:Bucket") return [`arn:aws:s3:::${textAt(inputs, "bucket")}`];
  const end = ENDS[type]?.(inputs, name);
  const colon = end?.indexOf(":") ?? -1;
  return end === undefined ? [] : [`arn:aws:${end.slice(0, colon)}:${region}:${ACCOUNT}:${end.slice(colon + 1)}`];
}
