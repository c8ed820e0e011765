import { hash } from "node:crypto";
import type { Tenant } from "./tenant.ts";

/** Ids are branded and prefixed (style.md 4). Those derived from a key are `<prefix>_` and 26 characters of base32hex (130 bits). */
export type FindingId = string & { readonly __brand: "finding-id" };
export type RunId = string & { readonly __brand: "run-id" };
export type DeadLetterId = string & { readonly __brand: "dead-letter-id" };
export type InboxId = string & { readonly __brand: "inbox-id" };
export type ApprovalId = string & { readonly __brand: "approval-id" };
/** `EXC-YYYY-NNN`, at least three digits, counted per tenant and year. */
export type ExceptionId = string & { readonly __brand: "exception-id" };

const ALPHABET = "0123456789abcdefghijklmnopqrstuv";

/** The first `characters` base32hex digits (lower case, sorts like the bytes) of `bytes`. */
export function base32(bytes: Uint8Array, characters: number): string {
  let text = "";
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff;
    bits += 8;
    while (bits >= 5 && text.length < characters) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
    if (text.length === characters) return text;
  }
  throw new Error(`${bytes.length} bytes are too few for ${characters} characters`);
}

/**
 * A digest of `parts` that no other list of parts shares: each part is preceded by its length.
 * 26 base32hex characters of SHA-256.
 */
export function digestOf(parts: readonly string[]): string {
  const text = parts.map((part) => `${part.length}:${part};`).join("");
  return base32(hash("sha256", text, "buffer"), 26);
}

const isFindingId = (text: string): text is FindingId => /^fnd_[0-9a-v]{26}$/.test(text);
const isRunId = (text: string): text is RunId => /^run_[0-9a-v]{26}$/.test(text);
const isDeadLetterId = (text: string): text is DeadLetterId => /^dlq_[0-9a-v]{26}$/.test(text);
const isApprovalId = (text: string): text is ApprovalId => /^apr_[0-9a-v]{26}$/.test(text);
const isExceptionId = (text: string): text is ExceptionId => /^EXC-\d{4}-(?:\d{3}|[1-9]\d{3,8})$/.test(text);
const isInboxId = (text: string): text is InboxId => /^inb_[0-9a-v]{26}$/.test(text);

function branded<T extends string>(text: string, is: (text: string) => text is T): T {
  if (!is(text)) throw new Error(`not an id of its kind: ${text}`);
  return text;
}

function parsed<T extends string>(text: string, is: (text: string) => text is T): T | undefined {
  return is(text) ? text : undefined;
}

export const parseFindingId = (text: string) => parsed(text, isFindingId);
export const parseRunId = (text: string) => parsed(text, isRunId);
export const parseApprovalId = (text: string) => parsed(text, isApprovalId);
export const parseExceptionId = (text: string) => parsed(text, isExceptionId);
export const parseDeadLetterId = (text: string) => parsed(text, isDeadLetterId);

export const findingIdOf = (parts: readonly string[]): FindingId => branded(`fnd_${digestOf(parts)}`, isFindingId);
export const approvalIdOf = (parts: readonly string[]): ApprovalId => branded(`apr_${digestOf(parts)}`, isApprovalId);
export const exceptionIdOf = (year: number, number: number): ExceptionId =>
  branded(`EXC-${year}-${String(number).padStart(3, "0")}`, isExceptionId);
export const deadLetterIdOf = (tenant: Tenant, source: string): DeadLetterId =>
  branded(`dlq_${digestOf([tenant, source])}`, isDeadLetterId);
export const inboxIdOf = (tenant: Tenant, content: string): InboxId =>
  branded(`inb_${digestOf([tenant, content])}`, isInboxId);

/** The id of an execution: its own on a node; on AWS derived from the ARN that Step Functions gives it, and so in no order. */
export const executionIdOf = (given: string): RunId =>
  parseRunId(given) ?? branded(`run_${digestOf([given])}`, isRunId);

/** A time-ordered run id: 10 characters of milliseconds, 16 of randomness (at least 10 random bytes). */
export function runIdOf(epochMs: number, random: Uint8Array): RunId {
  let time = "";
  for (let rest = epochMs, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = `${ALPHABET[rest % 32]}${time}`;
  return branded(`run_${time}${base32(random, 16)}`, isRunId);
}
