import { arnsOf, type Context, nameOf } from "./context.ts";
import type { Keys } from "./keys.ts";
import { policyOf, type ResourceStatement, tlsOnly } from "./policy.ts";
import { CONFIDENTIAL } from "./tags.ts";

export type Queues = {
  /** Events accepted by the API. */
  readonly inbox: aws.sqs.Queue;
  /** Events that a rule could not hand to its target. */
  readonly undelivered: aws.sqs.Queue;
  /** What Step Functions tells of executions. */
  readonly executions: aws.sqs.Queue;
  /** Where a message ends that nobody could handle, by whose it was; each has an alarm. */
  readonly dead: Readonly<Record<"inbox" | "undelivered" | "executions" | "stream" | "schedules", aws.sqs.Queue>>;
};

/** Queues that EventBridge sends to: a rule's target, and where it leaves what it cannot deliver. */
const FROM_RULES = ["undelivered", "executions", "executions-dead"];
const DAYS_14 = 14 * 86_400;
/** AWS's advice: six times the timeout of the function that reads the queue (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
const VISIBILITY_SECONDS = 180;
const RECEIVES_MAX = 5;

type QueueArgs = {
  readonly thing: string;
  readonly key: aws.kms.Key;
  readonly dead?: aws.sqs.Queue;
  readonly region?: string;
};

export function queue(context: Context, { thing, key, dead, region }: QueueArgs): aws.sqs.Queue {
  return new aws.sqs.Queue(`Queue-${thing}`, {
    name: nameOf(context, thing),
    kmsMasterKeyId: key.arn,
    messageRetentionSeconds: DAYS_14,
    visibilityTimeoutSeconds: VISIBILITY_SECONDS,
    ...(dead === undefined
      ? {}
      : { redrivePolicy: $util.jsonStringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: RECEIVES_MAX }) }),
    ...(region === undefined ? {} : { region }),
    tags: CONFIDENTIAL,
  });
}

/** What a queue's policy says beside TLS: whether EventBridge's rules and the bus may send to it. */
export function queuePolicy(
  context: Context,
  { thing, of, rules, region }: { thing: string; of: aws.sqs.Queue; rules: boolean; region?: string },
): void {
  const fromRules: ResourceStatement = {
    Sid: "EventsOfThisAccount",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: of.arn,
    Condition: {
      StringEquals: { "aws:SourceAccount": context.account },
      ArnLike: { "aws:SourceArn": [arnsOf(context).ruleOfAnyRegion, arnsOf(context).bus] },
    },
  };
  new aws.sqs.QueuePolicy(`Queue-${thing}-policy`, {
    queueUrl: of.url,
    policy: policyOf([tlsOnly("sqs:*", of.arn), ...(rules ? [fromRules] : [])]),
    ...(region === undefined ? {} : { region }),
  });
}

export function queues(context: Context, keys: Keys): Queues {
  const made = (thing: string, dead?: aws.sqs.Queue) => {
    const one = queue(context, { thing, key: keys.data, ...(dead === undefined ? {} : { dead }) });
    queuePolicy(context, { thing, of: one, rules: FROM_RULES.includes(thing) });
    return one;
  };
  const dead = {
    inbox: made("inbox-dead"),
    undelivered: made("undelivered-dead"),
    executions: made("executions-dead"),
    stream: made("stream-dead"),
    schedules: made("schedules-dead"),
  };
  return {
    dead,
    inbox: made("inbox", dead.inbox),
    undelivered: made("undelivered", dead.undelivered),
    executions: made("executions", dead.executions),
  };
}
