import { setTimeout as delay } from "node:timers/promises";
import type { ApiToken } from "@ephor/app/api-tokens";
import type { DecisionWord } from "@ephor/domain/approval";
import type { Role } from "@ephor/domain/config/person";
import type { FindingLine, FindingStatus } from "@ephor/domain/finding";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { ok, type Result } from "@ephor/domain/result";
import type { ApprovalLine, ShownApproval } from "./approval-use-cases.ts";
import { sendEvents } from "./client-events.ts";
import { type HttpCall, httpClient } from "./client-http.ts";
import type { ApplyingShown, ApplyingSwitch, ChangeRequest, RollbackAsked } from "./response-use-cases.ts";
import type {
  Accepted,
  ChannelTested,
  ConsistencyProof,
  DeadLetterLine,
  DetectionLine,
  ExceptionLine,
  ExecutionLine,
  ListPage,
  ProvenRecord,
  ShownExecution,
  ShownFinding,
} from "./use-cases.ts";

export type ClientOptions = {
  /** Of the node, e.g. `http://127.0.0.1:4400`. */
  readonly url: string;
  readonly token: string;
  readonly fetch?: typeof globalThis.fetch;
  /** Waits before asking again where the node says so. */
  readonly sleep?: (seconds: number) => Promise<void>;
};
type Query = { readonly [name: string]: string | number | undefined };

/** `node.unreachable` where no node answers; else the code and sentence of the node's problem document. */
export type ApiClient = ReturnType<typeof apiClient>;

/** The API as functions, for the command line. */
export function apiClient({ url, token, fetch = globalThis.fetch, sleep = sleepSeconds }: ClientOptions) {
  const http = httpClient({ url, token, fetch });

  async function json<T>(call: HttpCall, is: (value: unknown) => value is T): Promise<Result<T>> {
    const answer = await http.call(call);
    return answer.ok ? http.read(answer.value, is) : answer;
  }
  const list = <T>(path: string, query: Query = {}) => json({ path: `${path}${queryText(query)}` }, isList<T>);
  const one = <T>(path: string) => json({ path }, isObject<T>);
  const post = <T>(path: string, body?: JsonObject) => json({ method: "POST", path, body: body ?? {} }, isObject<T>);

  return {
    /** NDJSON in chunks, one after the other, waiting where the node is busy; indexes count all items from 0. */
    sendEvents: (items: Iterable<unknown> | AsyncIterable<unknown>): Promise<Result<Accepted>> =>
      sendEvents({ call: http.call, read: http.read, sleep }, items),
    listFindings: (query?: Query) => list<FindingLine>("/v1/findings", query),
    showFinding: (id: string) => one<ShownFinding>(`/v1/findings/${encodeURIComponent(id)}`),
    transitionFinding: (id: string, change: { to: FindingStatus; reason: string }) =>
      post<FindingLine>(`/v1/findings/${encodeURIComponent(id)}/transitions`, change),
    showPlan: (id: string) => one<ChangeRequest>(`/v1/findings/${encodeURIComponent(id)}/plan`),
    breakGlass: (id: string, of: { reason: string }) =>
      post<{ execution: string }>(`/v1/findings/${encodeURIComponent(id)}/break-glass`, of),
    startRollback: (id: string, of: { reason: string }) =>
      post<RollbackAsked>(`/v1/findings/${encodeURIComponent(id)}/rollback`, of),
    showApplying: () => one<ApplyingShown>("/v1/switches/applying"),
    setApplying: (of: { stopped: boolean; reason: string }) => post<ApplyingSwitch>("/v1/switches/applying", of),
    listApprovals: (query?: Query) => list<ApprovalLine>("/v1/approvals", query),
    showApproval: (id: string) => one<ShownApproval>(`/v1/approvals/${encodeURIComponent(id)}`),
    decideApproval: (id: string, of: { decision: DecisionWord; reason: string }) =>
      post<ShownApproval>(`/v1/approvals/${encodeURIComponent(id)}/decisions`, of),
    testChannel: (name: string) => post<ChannelTested>(`/v1/channels/${encodeURIComponent(name)}/test`),
    listExecutions: (query?: Query) => list<ExecutionLine>("/v1/executions", query),
    showExecution: (id: string) => one<ShownExecution>(`/v1/executions/${encodeURIComponent(id)}`),
    listExceptions: (query?: Query) => list<ExceptionLine>("/v1/exceptions", query),
    showException: (id: string) => one<ExceptionLine>(`/v1/exceptions/${encodeURIComponent(id)}`),
    requestException: (request: JsonObject) => post<ExceptionLine>("/v1/exceptions", request),
    revokeException: (id: string, change: { reason: string }) =>
      post<ExceptionLine>(`/v1/exceptions/${encodeURIComponent(id)}/revoke`, change),
    listDeadLetters: (query?: Query) => list<DeadLetterLine>("/v1/dead-letters", query),
    redriveDeadLetter: (id: string) => post<{ id: string }>(`/v1/dead-letters/${encodeURIComponent(id)}/redrive`),
    listDetections: (query?: Query) => list<DetectionLine>("/v1/detections", query),
    ledgerRecord: (seq: number) => one<ProvenRecord>(`/v1/ledger/records/${seq}`),
    ledgerConsistency: (query: { from: number; to: number }) =>
      one<ConsistencyProof>(`/v1/ledger/consistency${queryText(query)}`),
    async ledgerCheckpoint(): Promise<Result<string>> {
      const answer = await http.call({ path: "/v1/ledger/checkpoint" });
      return answer.ok ? ok(await answer.value.text()) : answer;
    },
    /** `path` in C2SP form, e.g. `0/000` or `entries/000.p/5`. */
    async ledgerTile(path: string): Promise<Result<Uint8Array>> {
      const answer = await http.call({ path: `/v1/ledger/tile/${path}` });
      return answer.ok ? ok(new Uint8Array(await answer.value.arrayBuffer())) : answer;
    },
    listTokens: (query?: Query) => list<ApiToken>("/v1/tokens", query),
    createToken: (token: { name: string; role: Role; days?: number; tenant?: string; person?: string }) =>
      post<ApiToken & { secret: string }>("/v1/tokens", token),
    revokeToken: (id: string) =>
      json({ method: "DELETE", path: `/v1/tokens/${encodeURIComponent(id)}` }, isObject<ApiToken>),
    createSignInLink: (of: { role: Role; subject: string; tenant?: string; person?: string }) =>
      post<{ url: string; expiresAt: string }>("/v1/sign-in-links", of),
  };
}

const sleepSeconds = async (seconds: number): Promise<void> => {
  await delay(seconds * 1000);
};

function queryText(query: Query): string {
  const set = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return set.length === 0 ? "" : `?${new URLSearchParams(Object.fromEntries(set))}`;
}

// The node's own answers: their outer shape tells whether it is a node at all, and a newer one may say more.
const isObject = <T>(value: unknown): value is T => isJsonObject(value);
const isList = <T>(value: unknown): value is ListPage<T> =>
  isJsonObject(value) && Array.isArray(value["items"]) && "cursor" in value;
