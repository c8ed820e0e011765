import { generateKeyPairSync, sign } from "node:crypto";
import { approvalLinks, type LinkScope } from "@ephor/app/approval-links";
import type { DecisionWord } from "@ephor/domain/approval";
import { approvalIdOf } from "@ephor/domain/ids";
import { parseCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { decisionStatement, isDecisionSigned } from "@ephor/domain/ledger/decision-statement";
import { verifierKey } from "@ephor/domain/ledger/ledger-key";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { addSeconds, timestamp } from "@ephor/domain/time";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const OPENED = timestamp(Date.UTC(2026, 2, 1));

describe("links", () => {
  const links = approvalLinks({ key: Buffer.alloc(32, 1) });
  const scope: fc.Arbitrary<LinkScope> = fc.record({
    tenant: fc.constant(DEFAULT_TENANT),
    approvalId: fc.string().map((text) => approvalIdOf([text])),
    person: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,62}$/),
    expiresAt: fc.integer({ min: 0, max: 4_000_000_000 }).map((seconds) => timestamp(seconds * 1000)),
  });

  test("open to what they were made for, and to nothing once a character is changed, added or missing", () => {
    fc.assert(
      fc.property(scope, fc.nat(), fc.constantFrom("A", "b", "0", "-", "_", ".", "="), (of, at, character) => {
        const { token, code } = links.linkFor(of);
        expect(links.open(token)).toEqual({ ok: true, value: of });
        expect(code).toMatch(/^[2-9CDFGHJKMNPQRTVWXY]{4}$/);
        const place = at % token.length;
        const changed = `${token.slice(0, place)}${character}${token.slice(place + 1)}`;
        for (const bad of [
          changed,
          token.slice(1),
          token.slice(0, -1),
          `${token}A`,
          `${token.slice(0, place)}${character}${token.slice(place)}`,
        ]) {
          if (bad !== token) expect(links.open(bad).ok).toBe(false);
        }
        expect(approvalLinks({ key: Buffer.alloc(32, 2) }).open(token).ok).toBe(false);
      }),
    );
  });

  test("have codes of their own, which open in any case and spacing", () => {
    fc.assert(
      fc.property(scope, scope, (one, other) => {
        const { code } = links.linkFor(one);
        expect(links.isCode(one, ` ${code.slice(0, 2).toLowerCase()}-${code.slice(2)} `)).toBe(true);
        expect(links.isCode(one, links.linkFor(other).code)).toBe(links.linkFor(other).code === code);
        for (const wrong of ["", code.slice(1), `${code}${code}`, "0000"]) expect(links.isCode(one, wrong)).toBe(false);
      }),
    );
  });

  test("open to nothing for any text at all", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (text) => {
        expect(links.open(text).ok).toBe(false);
      }),
    );
  });

  test("a nonce is of one link and of twelve hours", () => {
    fc.assert(
      fc.property(scope, scope, fc.integer({ min: 0, max: 50_000 }), (one, other, seconds) => {
        const [token, second] = [links.linkFor(one).token, links.linkFor(other).token];
        const nonce = links.nonceFor({ token, now: OPENED });
        expect(links.checkNonce({ token, nonce, now: addSeconds(OPENED, seconds) })).toBe(seconds < 12 * 3600);
        if (token !== second) expect(links.checkNonce({ token: second, nonce, now: OPENED })).toBe(false);
        expect(links.checkNonce({ token, nonce: `${nonce.slice(0, -1)}!`, now: OPENED })).toBe(false);
      }),
    );
  });
});

describe("a decision's statement", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const bytes = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const key = verifierKey({ name: "node/default", bytes });
  const field = fc.stringMatching(/^[a-z0-9_-]{1,40}$/);
  const statement = fc.record({
    tenant: field,
    approvalId: field,
    number: fc.integer({ min: 1, max: 9 }),
    approvalsMin: fc.integer({ min: 1, max: 9 }),
    about: field,
    decision: fc.constantFrom<DecisionWord>("approve", "reject"),
    who: field,
    authMethod: fc.option(fc.constantFrom("token", "link", "slack"), { nil: undefined }),
    at: field,
  });

  const NAMES = [
    "tenant",
    "approvalId",
    "number",
    "approvalsMin",
    "about",
    "decision",
    "who",
    "authMethod",
    "at",
  ] as const;

  test("is verified by the key that signed it, and by nothing once a field is another", () => {
    fc.assert(
      fc.property(statement, statement, (one, other) => {
        const signature = sign(null, Buffer.from(decisionStatement(one)), privateKey).toString("base64");
        const of = { keyId: key.id, signature, keys: [key] };
        expect(isDecisionSigned(one, of)).toBe(true);
        for (const name of NAMES) {
          const changed = { ...one, [name]: other[name] };
          expect(isDecisionSigned(changed, of)).toBe(other[name] === one[name]);
        }
        expect(isDecisionSigned(one, { ...of, keyId: "ffffffff" })).toBe(false);
        expect(isDecisionSigned(one, { ...of, signature: "no base64!" })).toBe(false);
      }),
    );
  });

  test("is no checkpoint, whatever stands in it", () => {
    fc.assert(
      fc.property(statement, (one) => {
        expect(parseCheckpoint(decisionStatement(one)).ok).toBe(false);
      }),
    );
  });
});
