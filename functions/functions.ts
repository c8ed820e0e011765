import { topologyOf } from "@ephor/topology/topology";
import type { Needs, Topology } from "@ephor/topology/types";
import type { EnvironmentName } from "./support/environment.ts";

/** What a function may touch. `stacks/` folds each into exactly one grant, and nothing else is granted. */
export type FunctionNeeds = Needs & {
  /** Workflows that it starts, by name. */
  readonly starts?: readonly string[];
  /** Answers task tokens (SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat). */
  readonly answersTasks?: true;
  /** Standard workflows whose executions' histories it reads, by name. */
  readonly histories?: readonly string[];
  /** Standard workflows of whose executions it is told, by name: an event each as one starts and ends. */
  readonly hears?: readonly string[];
  /** Sends to the queue `inbox`, and asks how much waits there. */
  readonly inbox?: "send";
  /** Tells people: reads the secrets of the configured channels, sends mail in the name of their senders. */
  readonly notifies?: true;
  /** Puts events of Ephor's own on the bus. */
  readonly bus?: "put";
};

/**
 * Where a function's work comes from, when it is not called by name: a queue, or the table's stream. All take partial
 * batch responses (`ReportBatchItemFailures`). `inbox`: accepted events; `undelivered`: the dead-letter queue of the
 * rules' targets; `executions`: what Step Functions tells of executions. `filters`: event patterns of which one has to
 * match (Lambda's FilterCriteria).
 */
export type FunctionSource = {
  readonly kind: "inbox" | "undelivered" | "executions" | "table-stream";
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly filters?: readonly string[];
};

/**
 * One Lambda function. `entry` is the file to bundle, from the root; its export `handler` is called. One of kind
 * `operator` is called by people who may invoke it, and by nothing that is deployed.
 */
export type FunctionSpec = {
  readonly name: string;
  readonly entry: string;
  readonly kind: "task" | "api" | "queue" | "stream" | "operator";
  readonly task?: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly needs: FunctionNeeds;
  readonly source?: FunctionSource;
  readonly environment: readonly EnvironmentName[];
};

type Declared = Omit<FunctionSpec, "name" | "entry" | "environment">;

/** What the stream has work for stands in the index `due`: records without their place in the log, effects to carry out. */
const STREAM_FILTERS = [
  JSON.stringify({
    dynamodb: { NewImage: { duePk: { S: [{ suffix: "#$pending" }, { suffix: "#effect" }, { suffix: "#notice" }] } } },
  }),
];

/** Every function of a topology: one a task, and those that AWS alone needs. */
export function functionsOf(topology: Topology): readonly FunctionSpec[] {
  const standard = topology.workflows.filter(({ type }) => type === "standard").map(({ name }) => name);
  const routed = [...new Set(topology.routes.map(({ workflow }) => workflow))];
  const dispatches: FunctionNeeds = {
    ...{ table: "readwrite", blobs: "readwrite", starts: standard, answersTasks: true, notifies: true, bus: "put" },
    // Decisions that were taken in Slack are signed, and links to approvals made.
    secrets: ["ledger-key", "link-key"],
  };

  const tasks = topology.tasks.map(({ name, timeoutSeconds, memoryMb, needs }) =>
    functionOf(name, {
      kind: "task",
      task: name,
      timeoutSeconds,
      memoryMb,
      needs: name === "dispatch-effects" ? { ...needs, ...dispatches } : needs,
    }),
  );
  return [
    ...tasks,
    functionOf("api", {
      kind: "api",
      // A REST API waits 29 s for its answer.
      timeoutSeconds: 29,
      memoryMb: 1024,
      needs: {
        table: "readwrite",
        blobs: "readwrite",
        secrets: ["ledger-key", "cursor-key", "link-key"],
        histories: standard,
        inbox: "send",
        bus: "put",
        notifies: true,
      },
    }),
    functionOf("inbox-consumer", {
      kind: "queue",
      timeoutSeconds: 30,
      memoryMb: 512,
      needs: { blobs: "read", starts: routed },
      source: { kind: "inbox", batchSize: 10, windowSeconds: 0 },
    }),
    functionOf("large-event", {
      kind: "queue",
      timeoutSeconds: 30,
      memoryMb: 512,
      needs: { blobs: "readwrite", starts: routed },
      source: { kind: "undelivered", batchSize: 10, windowSeconds: 0 },
    }),
    functionOf("execution-lines", {
      kind: "queue",
      timeoutSeconds: 30,
      memoryMb: 256,
      needs: { table: "readwrite", hears: standard },
      source: { kind: "executions", batchSize: 10, windowSeconds: 1 },
    }),
    functionOf("stream", {
      kind: "stream",
      timeoutSeconds: 30,
      memoryMb: 512,
      needs: dispatches,
      // ledger.md: a record has its place within 5 s.
      source: { kind: "table-stream", batchSize: 1_000, windowSeconds: 2, filters: STREAM_FILTERS },
    }),
    functionOf("sign-in-link", { kind: "operator", timeoutSeconds: 30, memoryMb: 256, needs: { table: "readwrite" } }),
  ];
}

function functionOf(name: string, declared: Declared): FunctionSpec {
  return { name, entry: `functions/${name}.ts`, ...declared, environment: environmentOf(declared.needs) };
}

/** Workflows whose ARNs a function has to be told. */
export const workflowsNamed = ({ starts = [], histories = [], hears = [] }: FunctionNeeds): readonly string[] => [
  ...new Set([...starts, ...histories, ...hears]),
];

const SECRETS: Readonly<Record<string, EnvironmentName>> = {
  "ledger-key": "EPHOR_LEDGER_KEY",
  "cursor-key": "EPHOR_CURSOR_KEY",
  "snapshot-key": "EPHOR_SNAPSHOT_KEY",
  "link-key": "EPHOR_LINK_KEY",
};

/** What a function has to be told so that it can reach what it needs. */
function environmentOf(needs: FunctionNeeds): readonly EnvironmentName[] {
  const wanted: readonly (readonly [EnvironmentName, boolean])[] = [
    ["EPHOR_VERSION", true],
    ["EPHOR_CONFIG", true],
    ["EPHOR_TABLE", needs.table !== undefined],
    ["EPHOR_BUCKET", needs.blobs !== undefined],
    ["EPHOR_BUCKET_KEY", needs.blobs === "readwrite"],
    ["EPHOR_INBOX_QUEUE", needs.inbox !== undefined],
    ["EPHOR_BUS", needs.bus !== undefined],
    ["EPHOR_REMEDIATION_ROLE", needs.remediation !== undefined],
    ["EPHOR_REMEDIATION_EXTERNAL_ID", needs.remediation !== undefined],
    ["EPHOR_WORKFLOW_ARNS", workflowsNamed(needs).length > 0],
  ];
  const named = wanted.flatMap(([name, isWanted]) => (isWanted ? [name] : []));
  return [...named, ...(needs.secrets ?? []).map(secretVariable)];
}

function secretVariable(secret: string): EnvironmentName {
  const name = SECRETS[secret];
  if (name === undefined) throw new Error(`no environment variable names the secret ${secret}`);
  return name;
}

/** The functions of what ships. Tasks and workflows do not depend on which detections a deployment has. */
export const FUNCTIONS: readonly FunctionSpec[] = functionsOf(topologyOf([]));
