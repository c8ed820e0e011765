import { at, type Graph, ofType, type Resource, type Statement, statementsAt, textAt } from "./policy/check.ts";

/** Why a statement stands in a role's policy, by its Sid. */
const REASONS: Readonly<Record<string, string>> = {
  AnswersTasks: "answers workflows that wait for a task's token",
  BlobsKey: "the key that objects are encrypted with, through S3 alone",
  BlobsList: "without it S3 answers 403 where an object is not there",
  BlobsRead: "reads events too large for an item or a message",
  BlobsWrite: "keeps events too large for an item or a message",
  Bus: "puts events of Ephor's own on its bus",
  ChannelSecrets: "reads the secrets that channels name",
  Configuration: "reads the configuration as it starts",
  ConfigurationKey: "the key that the configuration is encrypted with, through S3 alone",
  Dead: "leaves what a schedule could not start",
  ExternalIds: "reads the external ids that other accounts' roles ask for",
  Forward: "carries events of its Region to the home bus",
  Histories: "shows the history of an execution that somebody asks for",
  Inbox: "hands accepted events on, and tells how many wait",
  InboxKey: "the key of that queue, through SQS alone",
  LogDelivery: "sets up its own log; AWS has no resource for these",
  LogGroups: "finds the log groups of the API; AWS has no resource for this",
  Logs: "writes the logs of API Gateway",
  Mail: "sends mail of a channel, from its address alone",
  NotEphorItself: "refuses to change Ephor itself",
  OwnAndDeadKey: "the key of schedules and of the queue for what they could not start",
  OwnLog: "writes its own log",
  ProtectedByTag: "refuses to change what is tagged `ephor:protected`",
  RemediationRoles: "takes on the remediation role of a listed account, for one remediation",
  Routed: "starts the workflows that routes name",
  Source: "reads what it works on; Lambda does so in its name",
  SourceFailed: "leaves what it gave up on; Lambda does so in its name",
  SourceFailedKey: "the key of the queue for what it gave up on, through SQS alone",
  SourceKey: "the key of the queue that it reads, through SQS alone",
  Starts: "starts workflows",
  Streams: "finds the table's stream; AWS has no resource for this",
  Table: "reads the table and its indexes, and writes them where it lists writes",
  TableKey: "the key that the table is encrypted with, through DynamoDB alone",
  Tasks: "runs the tasks that its definition or schedule names",
  Traces: "sends traces; AWS has no resource for this",
  Workflows: "starts the workflows that its definition names",
};
const SECRETS: Readonly<Record<string, string>> = {
  Secretledgerkey: "signs the ledger's checkpoints",
  Secretcursorkey: "derives the key that page cursors are signed with",
  Secretlinkkey: "derives the key that links to approvals are signed with",
  Secretsnapshotkey: "seals snapshots of what is about to be changed, bound to what they are of",
};
const REMEDIATION = "what remediations call, on resources of the kind they are for";

const INTRODUCTION = `# Roles on AWS

Written by \`npm run synth -- --update\` from what the program asks for in production; \`npm run synth\` fails where this
page is not what it asks for. Names are the same in each stage but for the stage. ARNs are shown without partition, account and
home Region, keys by what they are for.

Each role is of one service or, where roles are named, of those alone; \`*\` stands alone only where AWS has no resource for an
action ([the list](../stacks/unscoped-actions.ts), with AWS's pages).
`;

/** The page, and each statement that nothing here gives a reason for. */
export function iamPage(graph: Graph): { readonly text: string; readonly unexplained: readonly string[] } {
  const roles = ofType(graph, "iam/role:Role").toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const statements = roles.flatMap((role) => statementsOf(graph, role).map((one) => ({ role, one })));
  const unexplained = statements.filter(({ role, one }) => reasonOf(role, one) === undefined);
  return {
    text: `${[INTRODUCTION, ...roles.map((role) => sectionOf(graph, role))].join("\n")}`,
    unexplained: unexplained.map(({ role, one }) => `${nameOf(role)}: ${one.sid || one.actions.join()}`),
  };
}

const nameOf = ({ inputs }: Resource): string => textAt(inputs, "name").replace(/^ephor-[a-z]+-/, "");

const statementsOf = (graph: Graph, role: Resource): readonly Statement[] =>
  ofType(graph, "iam/rolePolicy:RolePolicy")
    .filter(({ inputs }) => at(inputs, "role") === at(role.inputs, "name"))
    .flatMap(({ inputs }) => statementsAt(inputs, "policy"));

const reasonOf = (role: Resource, { sid }: Statement): string | undefined =>
  REASONS[sid.replace(/\d+$/, "")] ??
  SECRETS[sid] ??
  (sid === "" && nameOf(role) === "remediation" ? REMEDIATION : undefined);

function sectionOf(graph: Graph, role: Resource): string {
  const trust = statementsAt(role.inputs, "assumeRolePolicy").map(
    ({ principal, condition }) =>
      `${code(Object.values(principal ?? {}).flat())}${condition === undefined ? "" : `, where ${conditionOf(condition)}`}`,
  );
  const rows = statementsOf(graph, role).map((one) => rowOf(role, one));
  return [
    `## ${nameOf(role)}`,
    "",
    `${textAt(role.inputs, "description").replace(/^Ephor [a-z]+: /, "")}. Taken on by ${trust.join("; ")}.`,
    "",
    "| actions | on | where | why |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function rowOf(role: Resource, statement: Statement): string {
  const { effect, actions, resources, condition } = statement;
  const cells = [
    `${effect === "Deny" ? "**never** " : ""}${code(actions)}`,
    code(resources),
    condition === undefined ? "" : conditionOf(condition),
    reasonOf(role, statement) ?? "",
  ];
  return `| ${cells.join(" | ")} |`;
}

const conditionOf = (condition: unknown): string =>
  Object.entries(condition ?? {})
    .flatMap(([operator, keys]) =>
      Object.entries(keys ?? {}).map(([key, values]) => `\`${key}\` ${operator} ${code([values].flat())}`),
    )
    .join(" and ");

const code = (values: readonly unknown[]): string => values.map((value) => `\`${short(String(value))}\``).join(" ");

/** Without what every ARN of the graph shares. */
const short = (text: string): string =>
  text
    .replace(/^arn:aws:([a-z0-9-]*):(?:eu-central-1)?:(?:\d{12})?:/, "$1:")
    .replaceAll(/ephor-production-/g, "ephor-<stage>-")
    .replaceAll(/111111111111/g, "<account>")
    .replaceAll(/eu-central-1/g, "<region>");
