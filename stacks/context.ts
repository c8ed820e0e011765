import type { Config } from "@ephor/domain/config/config";
import type { Topology } from "@ephor/topology/types";
import type { FunctionSpec } from "../functions/functions.ts";
import type { RemediationAccounts } from "./remediation-role.ts";
import type { Settings } from "./settings.ts";
import type { Stage } from "./stages.ts";

/** What every stack file folds from, and how it names what it makes. */
export type Context = {
  readonly stage: Stage;
  readonly settings: Settings;
  readonly topology: Topology;
  readonly functions: readonly FunctionSpec[];
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  /** That may be changed, with the role of each. */
  readonly remediationAccounts: RemediationAccounts;
  /** Where people are told. */
  readonly channels: Config["channels"];
};

/** AWS reports IAM, sign-in, Organizations and root events in this Region alone. */
export const GLOBAL_EVENTS_REGION = "us-east-1";
export const LIVE = "live";
export const LOG_DAYS = 90;
/** Of the REST API; its URL ends in it. */
export const API_STAGE = "ephor";

/** `ephor-<stage>-<thing>`: two stages in one account never share a name. */
export const nameOf = ({ stage }: Pick<Context, "stage">, thing: string): string => `ephor-${stage.name}-${thing}`;

/** ARNs by name, so that workflows and functions can name each other before either is made. */
export function arnsOf(context: Pick<Context, "stage" | "account" | "partition" | "region">) {
  const { account, partition, region } = context;
  const arn = (service: string, rest: string): string => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const named = (thing: string): string => nameOf(context, thing);
  return {
    functionLive: (name: string) => arn("lambda", `function:${named(name)}:${LIVE}`),
    /** Step Functions authorises by this ARN, also when an alias is called. */
    workflow: (name: string) => arn("states", `stateMachine:${named(name)}`),
    workflowLive: (name: string) => arn("states", `stateMachine:${named(name)}:${LIVE}`),
    executions: (workflow: string) => arn("states", `execution:${named(workflow)}`),
    table: (name: string) => arn("dynamodb", `table/${named(name)}`),
    queue: (name: string) => arn("sqs", named(name)),
    /** Secrets Manager adds six characters of its own to the name. */
    secret: (name: string) => arn("secretsmanager", `secret:${name}-??????`),
    sesIdentity: (inRegion: string, identity: string) =>
      `arn:${partition}:ses:${inRegion}:${account}:identity/${identity}`,
    bus: arn("events", `event-bus/${named("events")}`),
    logGroup: (path: string) => arn("logs", `log-group:${path}`),
    ruleOfAnyRegion: `arn:${partition}:events:*:${account}:rule/*`,
    root: `arn:${partition}:iam::${account}:root`,
    bucket: (name: string) => `arn:${partition}:s3:::${name}`,
  };
}

export const bucketNameOf = (context: Context, thing: string): string =>
  `${nameOf(context, thing)}-${context.account}-${context.region}`;
