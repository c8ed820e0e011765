import type { ApprovalLine, ShownApproval } from "@ephor/api/approval-use-cases";
import type { ChangeRequest } from "@ephor/api/response-use-cases";
import type {
  AuditEntry,
  Caller,
  DeadLetterLine,
  DetectionLine,
  ExceptionLine,
  ExecutionLine,
  UseCases,
} from "@ephor/api/use-cases";
import { ephorError } from "@ephor/domain/error";
import type { FindingLine } from "@ephor/domain/finding";
import { exceptionIdOf, findingIdOf, parseApprovalId } from "@ephor/domain/ids";
import type { Plan } from "@ephor/domain/plan";
import type { Response } from "@ephor/domain/response";
import { err, ok, type Result } from "@ephor/domain/result";
import { timestamp } from "@ephor/domain/time";

export const EXAMPLE_ID = "0123456789abcdefghijklmnop";
/** The one tenant that has anything. */
export const OWNER = "acme";
const AT = timestamp(Date.UTC(2026, 0, 1));

export const FINDING: FindingLine = {
  id: `fnd_${EXAMPLE_ID}`,
  detection: "ec2.security-group-opened-to-world",
  title: 'Security group "sg-1" <script>alert(1)</script> now allows 0.0.0.0/0 to port 22',
  severity: "high",
  status: "open",
  account: "123456789012",
  region: "eu-central-1",
  resource: { type: "AWS::EC2::SecurityGroup", id: "sg-1" },
  actor: { type: "IAMUser", id: "AIDAEXAMPLE", name: "alice" },
  eventIds: ["6e5b9b5c-0001"],
  occurrences: 2,
  firstSeenAt: AT,
  lastSeenAt: AT,
  mitre: ["T1562.007"],
  controls: ["cis:5.2"],
  remediation: "ec2.revoke-open-ingress",
  evidence: { rules: [{ from: 22, to: 22, cidr: "0.0.0.0/0" }] },
};
const EXECUTION: ExecutionLine = {
  ...{ id: `run_${EXAMPLE_ID}`, workflow: "respond", name: "respond-1", type: "standard", status: "SUCCEEDED" },
  ...{ startedAt: AT, endedAt: AT, error: null, cause: null, correlationId: "c-1", input: { a: 1 }, output: null },
};
const EXCEPTION: ExceptionLine = {
  ...{ id: exceptionIdOf(2026, 1), scope: { detection: FINDING.detection }, reason: "known", risk: "low" },
  ...{ requester: "ann", state: "active", requestedAt: AT, expiresAt: AT, approvalId: null, approvedBy: ["bo"] },
  ...{ endedAt: null, endedBy: null, correlationId: "c-1" },
};
const DEAD_LETTER: DeadLetterLine = {
  ...{ id: `dlq_${EXAMPLE_ID}`, kind: "event", at: AT, attempts: 3, correlationId: "c-1" },
  error: { code: "store.unavailable", message: "the store was away" },
};
const DETECTION: DetectionLine = {
  ...{ id: FINDING.detection, title: "Security group opened to the world", severity: "high", service: "ec2" },
  ...{ mitre: ["T1562.007"], controls: ["cis:5.2"], remediation: null, patterns: [{ source: ["aws.ec2"] }] },
};

function exampleApprovalId() {
  const id = parseApprovalId(`apr_${EXAMPLE_ID}`);
  if (id === undefined) throw new Error("no id of an approval");
  return id;
}
const APPROVAL_LINE: ApprovalLine = {
  ...{ id: exampleApprovalId(), state: "pending", title: "Revoke open ingress of sg-1", risk: "high" },
  subject: { kind: "plan", findingId: findingIdOf(["example"]), generation: 1, planHash: "0".repeat(64) },
  ...{ account: FINDING.account, region: FINDING.region, resource: FINDING.resource, requester: "policy 1" },
  ...{ openedAt: AT, expiresAt: AT, endedAt: null, reminders: 0, groups: ["approvers"], correlationId: "c-1" },
  ...{ approvalsNeeded: 2, rejectionsNeeded: 1, approvers: [], decisions: [] },
};
const APPROVAL: ShownApproval = {
  ...APPROVAL_LINE,
  ...{ because: [], missing: ["approvers"], asked: ["alice"], exception: null, finding: null, why: null },
  ...{ reason: null, requesterIsCause: false, waits: null },
  plan: {
    ...{ hash: "0".repeat(64), remediation: "ec2.revoke-open-ingress", remediationVersion: "1", title: "Revoke" },
    ...{ risk: "high", blast: "ssh from outside ends", irreversible: null, owner: null, basis: "aws" },
    calls: [{ service: "ec2", operation: "RevokeSecurityGroupIngress", says: "Revoke tcp 22 from 0.0.0.0/0" }],
    diff: [{ path: "/rules", before: ["0.0.0.0/0"], after: [] }],
  },
};

const APPLYING = { stopped: false, reason: null, by: null, at: null, forAll: false };
const RESPONSE: Response = {
  ...{ generation: 1, state: "awaiting-approval", end: null, detail: "Planned", planHash: "0".repeat(64), terms: null },
  ...{ approvalId: null, startedAt: AT, endedAt: null, executionId: "run_1", forcedBy: null },
};
const PLAN: Plan = {
  ...{ hash: "0".repeat(64), remediation: "ec2.revoke-open-ingress", remediationVersion: "1", title: "Revoke" },
  ...{ account: FINDING.account, region: FINDING.region, resource: FINDING.resource, risk: "medium", basis: "aws" },
  ...{ before: { rules: ["0.0.0.0/0"] }, after: { rules: [] }, irreversible: null, blast: "ssh ends", owner: null },
  calls: [
    { service: "ec2", operation: "RevokeSecurityGroupIngress", input: { GroupId: "sg-1" }, says: "Revoke tcp 22" },
  ],
  diff: [{ path: "/rules", before: ["0.0.0.0/0"], after: [] }],
  tags: {},
};
const CHANGE_REQUEST: ChangeRequest = {
  ...{ plan: PLAN, approvers: null, hint: null, undo: [] },
  finding: { id: FINDING.id, detection: FINDING.detection, title: FINDING.title, severity: "high", status: "open" },
  calls: [{ says: "Revoke tcp 22", command: "aws ec2 revoke-security-group-ingress" }],
};

const notFound = () => err(ephorError("finding.not-found", "there is no such thing"));

/** Answers of use cases for tests of HTTP behaviour: tenant `acme` has one of each thing, others have nothing. */
export function memoryUseCases() {
  const audited: AuditEntry[] = [];
  const asked: { readonly name: string; readonly input: unknown }[] = [];
  const isOwner = (caller: Caller) => caller.tenant === OWNER;
  const own = <T>(caller: Caller, value: T): Result<T> => (isOwner(caller) ? ok(value) : notFound());
  const byId = <T extends { readonly id: string }>(of: { caller: Caller; id: string }, value: T): Result<T> =>
    of.id === value.id ? own(of.caller, value) : notFound();
  const listOf = <T>(caller: Caller, value: T) => ok({ items: isOwner(caller) ? [value] : [], cursor: null });
  const useCases: UseCases = {
    showPlan: async (of) => (of.id === FINDING.id ? own(of.caller, CHANGE_REQUEST) : notFound()),
    async breakGlass(input) {
      asked.push({ name: "breakGlass", input });
      return input.id === FINDING.id ? own(input.caller, { execution: "respond-1-forced" }) : notFound();
    },
    async startRollback(input) {
      asked.push({ name: "startRollback", input });
      const told = { generation: 1, planHash: "0".repeat(64), approvalsNeeded: 2, approvalId: exampleApprovalId() };
      return input.id === FINDING.id ? own(input.caller, told) : notFound();
    },
    showApplying: async ({ caller }) => own(caller, APPLYING),
    async setApplying(input) {
      asked.push({ name: "setApplying", input });
      return ok({ stopped: input.stopped, reason: input.reason, by: "somebody", at: AT });
    },
    knowsPerson: (id) => id === "alice",
    listApprovals: async ({ caller }) => listOf(caller, APPROVAL_LINE),
    showApproval: async (of) => byId(of, APPROVAL),
    async decideApproval(input) {
      asked.push({ name: "decideApproval", input });
      return byId(input, APPROVAL);
    },
    viewApprovalLink: async () => ({ kind: "invalid" }),
    decideByLink: async () => ({ kind: "refused", view: { kind: "invalid" } }),
    nameOf: (id) => id,
    whyOf: () => null,
    async acceptEvents(input) {
      asked.push({ name: "acceptEvents", input });
      const rejected = input.items.flatMap((item, index) =>
        typeof item === "object" ? [] : [{ index, reason: "expected an event, got something else" }],
      );
      return ok({ accepted: input.items.length - rejected.length, rejected });
    },
    async listFindings(input) {
      asked.push({ name: "listFindings", input });
      return listOf(input.caller, FINDING);
    },
    showFinding: async (of) =>
      byId(of, {
        ...FINDING,
        ...{ why: 'The world may try "root" & other names', generation: 1, resolvedAt: null },
        ...{ response: RESPONSE, plan: PLAN },
        approvals: [{ id: exampleApprovalId(), kind: "plan", state: "pending", reason: null }],
        timeline: [{ key: "k", at: AT, kind: "finding.opened", by: "record-finding", text: "Opened <b>once</b>" }],
      }),
    async transitionFinding(input) {
      asked.push({ name: "transitionFinding", input });
      return byId(input, { ...FINDING, status: input.to });
    },
    listExceptions: async ({ caller }) => listOf(caller, EXCEPTION),
    showException: async (of) => byId(of, { ...EXCEPTION, findings: [FINDING.id] }),
    async requestException(input) {
      asked.push({ name: "requestException", input });
      return own(input.caller, EXCEPTION);
    },
    async revokeException(input) {
      asked.push({ name: "revokeException", input });
      return byId(input, { ...EXCEPTION, state: "revoked" });
    },
    slackAction: async () => ok(undefined),
    testChannel: async ({ caller, id }) =>
      own(caller, { channel: id, kind: "webhook", outcome: "sent", detail: "taken", durationMs: 1 }),
    listExecutions: async ({ caller }) => listOf(caller, EXECUTION),
    showExecution: async (of) => byId(of, { ...EXECUTION, history: [{ type: "ExecutionStarted" }] }),
    listDeadLetters: async ({ caller }) => listOf(caller, DEAD_LETTER),
    redriveDeadLetter: async (of) => byId(of, { id: DEAD_LETTER.id }),
    listDetections: async () => ok({ items: [DETECTION], cursor: null }),
    ledgerCheckpoint: async ({ caller }) => own(caller, "127.0.0.1/acme\n1\nAAAA\n\n— 127.0.0.1/acme AAAA\n"),
    ledgerTile: async ({ caller }) => own(caller, Uint8Array.of(1, 2, 3)),
    ledgerRecord: async ({ caller, seq }) =>
      own(caller, {
        seq,
        id: "rec_1",
        record: { did: "recorded" },
        sealed: null,
        inclusion_proof: [],
        checkpoint: "note",
      }),
    ledgerConsistency: async ({ caller, from, to }) => own(caller, { from, to, proof: [] }),
    status: async ({ caller }) =>
      ok({
        ...{ version: "0.1.0", state: "ready", uptimeSeconds: 90_061 },
        findings: {
          open: { informational: 0, low: 0, medium: 0, high: isOwner(caller) ? 1 : 0, critical: 0 },
          newest: isOwner(caller) ? [FINDING] : [],
        },
        applying: APPLYING,
        inbox: { depth: 0, deadLetters: 0 },
        ledger: { size: 1, checkpoint: "note", signedAt: AT },
      }),
    ready: async () => ({ isReady: true, state: "ready" }),
    metricsText: async () => "# TYPE ephor_up gauge\nephor_up 1\n",
    async audit(entry) {
      audited.push(entry);
    },
  };
  return { ...useCases, audited, asked };
}
