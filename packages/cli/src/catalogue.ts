import type { CommandSpec } from "./command.ts";

const json = { json: { means: "one JSON document, also on a terminal" } };
const reason = { reason: { value: "TEXT", means: "why; the ledger keeps it" } };
const EXAMPLE = "docs/examples/workflow";
const data = { data: { value: "DIR", means: "the node's data folder (EPHOR_DATA, .ephor)" } };
const config = { config: { value: "FILE", means: "the configuration (ephor.config.json where it is there)" } };
const node = {
  url: { value: "URL", means: "the node (EPHOR_URL, http://127.0.0.1:4400)" },
  token: { value: "TOKEN", means: "an API token (EPHOR_TOKEN, else the data folder's admin-token)" },
  ...data,
  ...json,
};
const TIME = "RFC 3339 or a date, 2026-01-31";
const paged = {
  limit: { value: "N", means: "at most so many (50)" },
  all: { means: "every page" },
};

/** Every command, in the order in which help shows them (interfaces.md). */
export const COMMANDS: readonly CommandSpec[] = [
  {
    name: "start",
    summary: "run a node until it is told to stop",
    options: {
      ...data,
      port: { value: "N", means: "listen there (EPHOR_PORT, 4400; 0 picks a free one)" },
      host: { value: "H", means: "listen on this address (127.0.0.1)" },
      ...config,
    },
    load: () => import("./commands/start.ts"),
  },
  {
    name: "events send",
    takes: "FILE…",
    argsMin: 1,
    summary: "send events to a node: envelopes, CloudTrail files, ASFF, OCSF; - is stdin",
    options: node,
    load: () => import("./commands/events-send.ts"),
  },
  {
    name: "replay",
    takes: "PATH…",
    argsMin: 1,
    summary: "run the detections over an archive, without a node",
    options: {
      findings: { value: "FILE", means: "write a finding a line there (- is stdout, the summary then goes to stderr)" },
      since: { value: "T", means: `only events from this time on: ${TIME}` },
      until: { value: "T", means: `only events before this time: ${TIME}` },
      workers: { value: "N", means: "threads; this version has 1" },
      ...config,
      ...json,
    },
    load: () => import("./commands/replay.ts"),
  },
  {
    name: "findings list",
    summary: "findings, newest first",
    options: {
      status: { value: "S", means: "open, resolved, …" },
      severity: { value: "S", means: "informational to critical" },
      account: { value: "ID", means: "12 digits" },
      region: { value: "R", means: "an AWS Region" },
      resource: { value: "ID", means: "a resource's id" },
      detection: { value: "ID", means: "a detection's id" },
      since: { value: "T", means: `first seen from then on: ${TIME}` },
      until: { value: "T", means: `first seen before then: ${TIME}` },
      ...paged,
      ...node,
    },
    load: () => import("./commands/findings-list.ts"),
  },
  {
    name: "findings show",
    takes: "ID",
    argsMin: 1,
    argsMax: 1,
    summary: "a finding, why it matters, and its timeline",
    options: node,
    load: () => import("./commands/show.ts").then(({ show }) => ({ run: show("findings") })),
  },
  {
    name: "findings resolve",
    takes: "ID",
    argsMin: 1,
    argsMax: 1,
    summary: "mark a finding as resolved, by one's own decision",
    options: { ...reason, ...node },
    load: () => import("./commands/finding-transition.ts").then(({ transition }) => ({ run: transition("resolved") })),
  },
  {
    name: "findings reopen",
    takes: "ID",
    argsMin: 1,
    argsMax: 1,
    summary: "take up again what was resolved, excepted or failed",
    options: { ...reason, ...node },
    load: () => import("./commands/finding-transition.ts").then(({ transition }) => ({ run: transition("reopened") })),
  },
  {
    name: "executions list",
    summary: "executions, newest first",
    options: {
      workflow: { value: "NAME", means: "of this workflow" },
      status: { value: "S", means: "RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED" },
      ...paged,
      ...node,
    },
    load: () => import("./commands/executions-list.ts"),
  },
  {
    name: "executions show",
    takes: "ID",
    argsMin: 1,
    argsMax: 1,
    summary: "an execution, with its history where it is a Standard one",
    options: node,
    load: () => import("./commands/show.ts").then(({ show }) => ({ run: show("executions") })),
  },
  {
    name: "dead-letters list",
    summary: "what could not be done, newest first",
    options: { ...paged, ...node },
    load: () => import("./commands/dead-letters-list.ts"),
  },
  {
    name: "dead-letters redrive",
    takes: "ID…",
    argsMin: 1,
    summary: "do it again",
    options: node,
    load: () => import("./commands/dead-letters-redrive.ts"),
  },
  {
    name: "detections list",
    summary: "the catalogue",
    options: { ...config, ...json },
    load: () => import("./commands/detections-list.ts"),
  },
  {
    name: "detections test",
    takes: "[ID…]",
    summary: "run the cases that stand beside each detection",
    options: json,
    load: () => import("./commands/detections-test.ts"),
  },
  {
    name: "pattern test",
    summary: 'answer stdin lines {"pattern", "event"?} as EventBridge does',
    load: () => import("./commands/pattern-test.ts"),
  },
  {
    name: "workflow run",
    takes: "[FILE]",
    argsMax: 1,
    summary: "run a JSONata state machine here; with --batch, one a line of stdin",
    options: {
      input: { value: "FILE", means: "its input, JSON ({})" },
      tasks: { value: "FILE", means: "answers of its tasks: {resource or function: [{output} or {error, cause}]}" },
      batch: { means: 'stdin lines {"definition", "input", "name"?, "tasks"?}' },
      fast: { means: "let waits pass at once" },
    },
    notes: [
      'An answer\'s output is what the service gives: a Resource lambda:invoke gives {"Payload": …} around what the function returns.',
      "",
      "Example, in the folder of Ephor:",
      `  ephor workflow run ${EXAMPLE}.asl.json --input ${EXAMPLE}-input.json --tasks ${EXAMPLE}-tasks.json --fast`,
    ],
    load: () => import("./commands/workflow-run.ts"),
  },
  {
    name: "ledger verify",
    summary: "check every record, hash and signature of a ledger; needs no running node",
    options: { ...data, tenant: { value: "NAME", means: "this tenant's (all)" }, ...json },
    load: () => import("./commands/ledger-verify.ts"),
  },
  {
    name: "backup",
    takes: "DIR",
    argsMin: 1,
    argsMax: 1,
    summary: "copy the store, also of a running node, consistent and with checksum",
    options: { ...data, ...json },
    load: () => import("./commands/backup.ts"),
  },
  {
    name: "token create",
    takes: "NAME",
    argsMin: 1,
    argsMax: 1,
    summary: "make an API token; its secret is shown once",
    options: {
      role: { value: "ROLE", means: "viewer, analyst, approver, operator, admin (viewer)" },
      days: { value: "N", means: "how long it is valid, 1 to 365 (90)" },
      tenant: { value: "NAME", means: "for this tenant; needs an admin of default (one's own)" },
      ...node,
    },
    load: () => import("./commands/token-create.ts"),
  },
  {
    name: "token list",
    summary: "API tokens of one's own tenant, without their secrets",
    options: { ...paged, ...node },
    load: () => import("./commands/token-list.ts"),
  },
  {
    name: "token revoke",
    takes: "ID",
    argsMin: 1,
    argsMax: 1,
    summary: "end an API token at once",
    options: node,
    load: () => import("./commands/token-revoke.ts"),
  },
  {
    name: "sign-in-link",
    summary: "make a link that signs a person in to the console, once and within a day",
    options: {
      role: { value: "ROLE", means: "viewer, analyst, approver, operator, admin (admin)" },
      subject: { value: "NAME", means: "whom the ledger names (admin)" },
      tenant: { value: "NAME", means: "for this tenant; needs an admin of default (one's own)" },
      ...node,
    },
    load: () => import("./commands/sign-in-link.ts"),
  },
  {
    name: "doctor",
    summary: "say what is wrong with this installation and what to do",
    options: { ...config, ...node },
    load: () => import("./commands/doctor.ts"),
  },
];
