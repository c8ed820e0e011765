import type { AwsCall } from "@ephor/domain/aws-call";
import type { EphorError } from "@ephor/domain/error";
import type { Json, JsonObject } from "@ephor/domain/json";
import type { SealedRecord, SealedValues } from "@ephor/domain/ledger/record";
import type { LedgerHead } from "@ephor/domain/ledger/sequence";
import type { Message } from "@ephor/domain/notice";
import type { Remediation } from "@ephor/domain/remediation";
import type { Result } from "@ephor/domain/result";
import type { Tenant } from "@ephor/domain/tenant";
import type { Timestamp } from "@ephor/domain/time";
import type { LogEvent } from "./log-events.ts";

/*
 * Everything Ephor's use cases need from outside, and nothing else knows what stands behind it.
 * Reads throw `EphorException` with `store.throttled` or `store.unavailable` once their retries are spent;
 * expected outcomes of writes are values.
 */

// --- Time, ids, randomness (architecture rule 11) ---

export type Clock = { now(): Timestamp };
export type Random = { bytes(count: number): Uint8Array };

// --- Store (architecture rule 8) ---

/** Where an item lives. The adapter puts the tenant before every `pk`, in the table and in each index. At most 1,024 bytes each. */
export type Key = { readonly tenant: Tenant; readonly pk: string; readonly sk: string };
export type IndexName = "byTime" | "byResource" | "byOpen" | "due";
export type IndexKey = { readonly pk: string; readonly sk: string };

/**
 * One item of at most 400 KB in all. `v`: the shape of `data` (architecture rule 12). `expiresAt`: epoch seconds after which
 * it is gone for every read, and deleted some time later. An index entry is absent where `indexes` does not name it (sparse).
 */
export type ItemInput = Key & {
  readonly v: number;
  readonly data: JsonObject;
  readonly expiresAt?: number;
  readonly indexes?: { readonly [I in IndexName]?: IndexKey };
};
/** `version` is 1 after the first put and one more after each further one. */
export type Item = ItemInput & { readonly version: number };

export type Condition =
  | { readonly kind: "any" }
  | { readonly kind: "absent" }
  | { readonly kind: "version"; readonly version: number };

/**
 * One write of a transaction. `increment` adds to a whole-number field of `data`, creating the item `{field: by}` where absent.
 * `append` puts a ledger record that was never there: it is sequenced in the same commit on one node, by the stream on AWS;
 * it conflicts where its id was appended before. The store takes `leaf` as it is: its RFC 6962 hash is what is sequenced.
 */
export type Write =
  | { readonly kind: "put"; readonly item: ItemInput; readonly when: Condition }
  | { readonly kind: "delete"; readonly key: Key; readonly when: Condition }
  | { readonly kind: "check"; readonly key: Key; readonly when: Exclude<Condition, { kind: "any" }> }
  | { readonly kind: "increment"; readonly key: Key; readonly field: string; readonly by: number }
  | { readonly kind: "append"; readonly record: SealedRecord };

/** `path` of a conflict is the JSON pointer of the first write whose condition did not hold, e.g. `/2`. */
export type WriteError = EphorError<"store.conflict" | "store.too-large" | "store.invalid">;

/** A place in a key range; the item there need not exist any more. Callers outside get it only signed (`cursor.ts`). */
export type Position = { readonly pk: string; readonly sk: string; readonly at?: IndexKey };

export type Query = {
  readonly tenant: Tenant;
  /** The table itself where absent. Index reads may lag behind writes on DynamoDB. */
  readonly index?: IndexName;
  readonly pk: string;
  /** Inclusive bounds on the sort key. */
  readonly from?: string;
  readonly to?: string;
  /** Ascending unless told. */
  readonly descending?: boolean;
  readonly after?: Position;
  /** 1 to 1,000. */
  readonly limit: number;
};
/** `next` is absent at the end only; a page may be short or even empty while `next` is given. */
export type Page = { readonly items: readonly Item[]; readonly next?: Position };

/** `lazily`: nobody waits for this one, so it may wait a few milliseconds to share the commit of others. */
export type TransactOptions = { readonly lazily?: boolean };

export type Store = {
  get(key: Key): Promise<Item | undefined>;
  query(query: Query): Promise<Page>;
  /** At most 100 distinct items and 4 MB, each item once; all or nothing; durable when it resolves. */
  transact(writes: readonly Write[], options?: TransactOptions): Promise<Result<void, WriteError>>;
  /** Adds to a counter on its own and gives its value after. */
  increment(change: { key: Key; field: string; by: number }): Promise<number>;
};

/** Bytes too large for an item (an event over 240 KiB): a row on one node, an S3 object on AWS. At most 6 MB each. */
export type Blobs = {
  put(blob: { tenant: Tenant; id: string; bytes: Uint8Array; expiresAt?: number }): Promise<void>;
  get(blob: { tenant: Tenant; id: string }): Promise<Uint8Array | undefined>;
};

// --- Ledger, read side (ledger.md) ---

/** A record in its place. `leaf`: the canonical bytes the tree holds; `sealed`: the private values beside it, null once erased. */
export type LedgerEntry = {
  readonly seq: number;
  readonly id: string;
  readonly leaf: string;
  readonly sealed: SealedValues | null;
};
export type StoredCheckpoint = { readonly size: number; readonly note: string; readonly signedAt: Timestamp };

export type LedgerStore = {
  head(tenant: Tenant): Promise<LedgerHead>;
  /** Entries `from` (inclusive) up to at most `limit` (1 to 1,000), in order. */
  entries(range: { tenant: Tenant; from: number; limit: number }): Promise<readonly LedgerEntry[]>;
  /** `seq: null` while not yet sequenced. */
  entry(record: {
    tenant: Tenant;
    id: string;
  }): Promise<(Omit<LedgerEntry, "seq"> & { seq: number | null }) | undefined>;
  /** The stored hashes of complete subtrees of 256^level leaves, `from` inclusive, at most 256. */
  hashes(range: { tenant: Tenant; level: number; from: number; count: number }): Promise<readonly Uint8Array[]>;
  checkpoint(tenant: Tenant): Promise<StoredCheckpoint | undefined>;
  checkpoints(range: { tenant: Tenant; afterSize: number; limit: number }): Promise<readonly StoredCheckpoint[]>;
  /** Refuses a head other than the stored one, so that no two signed heads can disagree. */
  putCheckpoint(checkpoint: { tenant: Tenant } & StoredCheckpoint): Promise<Result<void, WriteError>>;
};

/** Signs a checkpoint body with the tenant log's current key and gives the whole signed note (C2SP signed-note). */
export type CheckpointSigner = {
  origin(tenant: Tenant): string;
  sign(checkpoint: { tenant: Tenant; size: number; root: Uint8Array }): Promise<string>;
  /** Verifier keys in C2SP vkey form, the current one first, retired ones after. */
  verifierKeys(tenant: Tenant): readonly string[];
};

/**
 * Signs a statement with the tenant log's current key (Ed25519). A statement is text of several lines that no checkpoint can
 * equal; `keyId`: eight hex digits, as a verifier key has them; `signature`: base64.
 */
export type StatementSigner = {
  signStatement(of: { tenant: Tenant; text: string }): Promise<{ keyId: string; signature: string }>;
};

// --- Workflows ---

export type StartExecution = {
  readonly tenant: Tenant;
  readonly workflow: string;
  /** Unique per workflow, for ever: starting a name again gives `execution.already-exists`. At most 80 characters. */
  readonly name: string;
  readonly input: Json;
  readonly correlationId: string;
};
export type Executions = {
  start(
    execution: StartExecution,
  ): Promise<
    Result<
      { id: string },
      EphorError<"execution.already-exists" | "workflow.not-found" | "workflow.invalid" | "workflow.unsupported">
    >
  >;
};

/** `task.does-not-exist` and `task.timed-out` mean that the answer is not awaited any more: done, for an effect. */
export type TaskTokenError = EphorError<"task.does-not-exist" | "task.timed-out">;
export type TaskTokens = {
  succeed(answer: { tenant: Tenant; token: string; output: Json }): Promise<Result<void, TaskTokenError>>;
  fail(answer: { tenant: Tenant; token: string; error: string; cause: string }): Promise<Result<void, TaskTokenError>>;
  heartbeat(answer: { tenant: Tenant; token: string }): Promise<Result<void, TaskTokenError>>;
};

// --- Ingest ---

/** Durable acceptance of one event (an envelope as JSON): resolves only when it is stored (interfaces.md, 202). */
export type Inbox = {
  accept(event: {
    tenant: Tenant;
    envelope: JsonObject;
    correlationId: string;
    /** Given where the event is to go through again: what makes this time another one. */
    again?: string;
  }): Promise<Result<{ id: string; isNew: boolean }, EphorError<"node.busy" | "input.too-large">>>;
};

// --- Remediation (remediation.md) ---

/** A remediation by its id, or undefined; what runs is what the catalogue holds. */
export type Remediations = (id: string) => Remediation | undefined;

/**
 * AWS as one remediation may use it, in one account and Region: its role, narrowed by a session policy to `actions`.
 * `remediation.no-access`: the account is not among those that may be changed, or the credentials are of another.
 */
export type AwsAccess = {
  open(of: {
    readonly account: string;
    readonly region: string;
    readonly actions: readonly string[];
    /** Stands in CloudTrail as the session's name: at most 64 of `[\w+=,.@-]`. */
    readonly sessionName: string;
  }): Promise<Result<AwsCall, EphorError<"remediation.no-access" | "aws.unavailable">>>;
};

/** Seals what must not be read outside, bound to `context`: AES-256-GCM on one node, KMS on AWS. `open` throws on any change. */
export type Sealer = {
  seal(of: { readonly text: string; readonly context: string }): Promise<string>;
  open(of: { readonly sealed: string; readonly context: string }): Promise<string>;
};

// --- Notification ---

/** `retryAfterSeconds`: the receiver says how long to leave it alone. */
export type NotifyError = EphorError<"notify.failed" | "notify.refused"> & { readonly retryAfterSeconds?: number };

/**
 * Sends one message by one configured channel. `to`: a person where the channel can address one (e-mail, Slack), else the
 * channel's own receivers. `reference` is what the channel needs to change the message later (Slack: channel and ts).
 * `notify.failed` may succeed later, `notify.refused` never will.
 */
export type Notifier = {
  send(of: {
    readonly channel: string;
    readonly message: Message;
    readonly to?: { readonly email: string; readonly slackId?: string };
    /** Changes the message of this reference in place of sending a new one, where the channel can. */
    readonly instead?: JsonObject;
  }): Promise<Result<{ readonly reference: JsonObject | null }, NotifyError>>;
};

/** Asks a person in Slack for the reason of a decision; `note` comes back with the answer. Ends within 3 s (Slack's `trigger_id`). */
export type OpenDialog = (of: {
  readonly channel: string;
  readonly triggerId: string;
  readonly note: { readonly subject: string; readonly decision: "approve" | "reject"; readonly channel: string };
}) => Promise<Result<void, NotifyError>>;

/** What a secret reference of the configuration names. Error: `secret.unset`, which names the reference, never the value. */
export type SecretOf = (reference: string) => Promise<Result<string, EphorError<"secret.unset">>>;

// --- Log ---

/** One line of the catalogue with its fields; fields are redacted before they leave. */
export type Log = { readonly [level in "debug" | "info" | "warn" | "error"]: LogLine };
type LogLine = (event: LogEvent, fields?: Record<string, unknown>) => void;
