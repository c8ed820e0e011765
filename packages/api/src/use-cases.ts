import type { ApplyingShown } from "@ephor/app/applying-switch";
import type { Caller } from "@ephor/app/caller";
import type { FindingApproval } from "@ephor/app/finding-approvals";
import type { DeadLetter, ExecutionLine as StoredExecution } from "@ephor/app/items";
import type { FindingFilter } from "@ephor/app/list-findings";
import type { ExceptionRequest } from "@ephor/app/request-exception";
import type { ShownException } from "@ephor/app/show-exception";
import type { SlackRequest } from "@ephor/app/slack-action";
import type { ChannelTested } from "@ephor/app/test-channel";
import type { Exception, ExceptionState } from "@ephor/domain/exception";
import type { FindingLine, FindingStatus } from "@ephor/domain/finding";
import type { ExceptionId } from "@ephor/domain/ids";
import type { Json, JsonObject } from "@ephor/domain/json";
import type { Plan } from "@ephor/domain/plan";
import type { Response } from "@ephor/domain/response";
import type { Result } from "@ephor/domain/result";
import type { Severity } from "@ephor/domain/severity";
import type { Timestamp } from "@ephor/domain/time";
import type { TimelineEntry } from "@ephor/domain/timeline";
import type { ApprovalUseCases } from "./approval-use-cases.ts";
import type { ResponseUseCases } from "./response-use-cases.ts";

export type { Caller };

/** A page of a list; `cursor` is null at the end, and opens only for the same tenant and filters (`app/cursor.ts`). */
export type ListPage<T> = { readonly items: readonly T[]; readonly cursor: string | null };
/** 1 to 100 items; the API has already checked it. */
type Paging = { readonly caller: Caller; readonly cursor?: string; readonly limit: number };
type ById = { readonly caller: Caller; readonly id: string };
/** What changes something says whose request it follows from. */
type Change = { readonly caller: Caller; readonly correlationId: string };

export type { ChannelTested, FindingFilter };
export type ShownFinding = FindingLine & {
  /** Why it matters, in the catalogue's words; null where the catalogue does not know the detection any more. */
  readonly why: string | null;
  readonly generation: number;
  readonly resolvedAt: Timestamp | null;
  /** The newest answer, and its plan with its diff; null where there is none. It may be that of an earlier life. */
  readonly response: Response | null;
  readonly plan: Plan | null;
  readonly approvals: readonly FindingApproval[];
  /** Oldest first. */
  readonly timeline: readonly TimelineEntry[];
};
export type ExecutionLine = Omit<StoredExecution, "input" | "output"> & {
  readonly input?: Json;
  readonly output?: Json;
};
/** `history` is null for Express executions (interfaces.md). */
export type ShownExecution = ExecutionLine & { readonly history: readonly Json[] | null };
export type ExceptionLine = Omit<Exception, "tenant">;
export type DeadLetterLine = Omit<DeadLetter, "content">;
export type DetectionLine = {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly service: string;
  readonly mitre: readonly string[];
  readonly controls: readonly string[];
  readonly remediation: string | null;
  readonly patterns: readonly JsonObject[];
};
export type Accepted = {
  readonly accepted: number;
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
};
/**
 * A record in its place, with the path (base64 hashes) from its leaf to the root that `checkpoint` signs. `record` is
 * the leaf; `sealed` the values that it holds hashes of, null once erased.
 */
export type ProvenRecord = {
  readonly seq: number;
  readonly id: string;
  readonly record: JsonObject;
  readonly sealed: JsonObject | null;
  readonly inclusion_proof: readonly string[];
  readonly checkpoint: string;
};
/** RFC 6962 consistency between the trees of `from` and `to` leaves, base64 hashes. */
export type ConsistencyProof = { readonly from: number; readonly to: number; readonly proof: readonly string[] };

export type NodeStatus = {
  readonly version: string;
  readonly state: "ready" | "starting" | "draining";
  readonly uptimeSeconds: number;
  readonly findings: {
    readonly open: { readonly [severity in Severity]: number };
    /** At most 10, newest first. */
    readonly newest: readonly FindingLine[];
  };
  readonly applying: ApplyingShown;
  readonly inbox: { readonly depth: number; readonly deadLetters: number };
  readonly ledger: { readonly size: number; readonly checkpoint: string | null; readonly signedAt: Timestamp | null };
};
export type Readiness = { readonly isReady: boolean; readonly state: NodeStatus["state"]; readonly reason?: string };

/** One ledger record about the use of the API itself (console.md): a refusal, an export, a read of evidence. */
export type AuditEntry = {
  /** Absent where nobody could be recognised. */
  readonly caller?: Caller;
  readonly did: string;
  readonly this?: string;
  /** A word: `done`, or the code of the error. */
  readonly outcome: string;
  readonly address?: string;
  /** How many times, where one entry stands for several. */
  readonly attempts?: number;
  readonly correlationId: string;
};

/**
 * All that the API asks of the rest. Every call takes its tenant from `caller`; what belongs to another tenant is
 * `….not-found`, like what never was. Broken infrastructure throws `EphorException`.
 */
export type UseCases = ApprovalUseCases &
  ResponseUseCases & {
    /** Whether the configuration has a person of this id. */
    knowsPerson(id: string): boolean;
    /** Resolves when every accepted item is durable. `items` come straight from the wire. `index` counts them from 0. */
    acceptEvents(of: Change & { readonly items: readonly unknown[] }): Promise<Result<Accepted>>;
    listFindings(of: Paging & FindingFilter): Promise<Result<ListPage<FindingLine>>>;
    showFinding(of: ById): Promise<Result<ShownFinding>>;
    transitionFinding(
      of: ById & Change & { readonly to: FindingStatus; readonly reason: string },
    ): Promise<Result<FindingLine>>;
    listExceptions(of: Paging & { readonly state?: ExceptionState }): Promise<Result<ListPage<ExceptionLine>>>;
    showException(of: Omit<ById, "id"> & { readonly id: ExceptionId }): Promise<Result<Omit<ShownException, "tenant">>>;
    requestException(of: Change & Omit<ExceptionRequest, "tenant" | "correlationId">): Promise<Result<ExceptionLine>>;
    revokeException(of: Change & { readonly id: ExceptionId; readonly reason: string }): Promise<Result<ExceptionLine>>;
    /** Error: `slack.refused` where it is forged, too old or came before. */
    slackAction(of: SlackRequest): Promise<Result<void>>;
    testChannel(of: ById & Change): Promise<Result<ChannelTested>>;
    listExecutions(
      of: Paging & { readonly workflow?: string; readonly status?: StoredExecution["status"] },
    ): Promise<Result<ListPage<ExecutionLine>>>;
    showExecution(of: ById): Promise<Result<ShownExecution>>;
    listDeadLetters(of: Paging): Promise<Result<ListPage<DeadLetterLine>>>;
    redriveDeadLetter(of: ById & Change): Promise<Result<{ readonly id: string }>>;
    listDetections(of: Paging): Promise<Result<ListPage<DetectionLine>>>;
    /** The newest signed note. */
    ledgerCheckpoint(of: { readonly caller: Caller }): Promise<Result<string>>;
    /** `path` is a C2SP tlog-tiles path after `tile/`, already checked for form. */
    ledgerTile(of: { readonly caller: Caller; readonly path: string }): Promise<Result<Uint8Array>>;
    ledgerRecord(of: { readonly caller: Caller; readonly seq: number }): Promise<Result<ProvenRecord>>;
    /** 0 <= from <= to, already checked. */
    ledgerConsistency(of: {
      readonly caller: Caller;
      readonly from: number;
      readonly to: number;
    }): Promise<Result<ConsistencyProof>>;
    status(of: { readonly caller: Caller }): Promise<Result<NodeStatus>>;
    ready(): Promise<Readiness>;
    /** Prometheus text format 0.0.4. */
    metricsText(): Promise<string>;
    audit(entry: AuditEntry): Promise<void>;
  };
