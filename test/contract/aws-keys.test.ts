import { generateKeyPairSync, type KeyObject, sign as signWith, verify as verifyWith } from "node:crypto";
import { kmsClient } from "@ephor/aws/clients";
import { deriveKey } from "@ephor/aws/kms/derive-key";
import { kmsSigner } from "@ephor/aws/kms/signer";
import { openCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { type DecisionStatement, decisionStatement, isDecisionSigned } from "@ephor/domain/ledger/decision-statement";
import { parseVerifierKey } from "@ephor/domain/ledger/ledger-key";
import { parseTenant, DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { givenFor, jsonOf, startWire, type Wire, type WireRequest } from "./aws-wire.ts";
import { testRandom } from "./support/store-subjects.ts";

let wire: Wire;
beforeAll(async () => {
  wire = await startWire();
});
afterAll(() => wire.close());
beforeEach(() => {
  wire.requests.length = 0;
  wire.answers.length = 0;
});

const call = { random: testRandom, wait: async () => undefined };
const sentJson = () => wire.requests.map((request) => ({ operation: request.operation, ...jsonOf(request) }));

const DECISION: DecisionStatement = {
  ...{ tenant, approvalId: "apr_0123456789abcdefghijklmnop", about: "a".repeat(64), decision: "approve" },
  ...{ number: 1, approvalsMin: 2, who: "w".repeat(43), authMethod: "token", at: "2026-01-02T03:04:05.678Z" },
};
/** As somebody with the public key and nothing of Ephor's would check it. */
const isSignedWith = (key: KeyObject, { text, signature }: { text: string; signature: string }): boolean =>
  verifyWith(null, Buffer.from(text), key, Buffer.from(signature, "base64"));

describe("the ledger key", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const der = publicKey.export({ format: "der", type: "spki" }).toString("base64");
  const publicKeyAnswer = (KeySpec = "ECC_NIST_EDWARDS25519") => ({ body: { KeySpec, PublicKey: der } });
  const foreign = generateKeyPairSync("ed25519");
  const signatureOf = (request: WireRequest, key: KeyObject) =>
    signWith(null, Buffer.from(String(jsonOf(request)["Message"]), "base64"), key).toString("base64");
  const signed = (request: WireRequest) => ({ body: { Signature: signatureOf(request, privateKey) } });
  const signer = () =>
    kmsSigner({
      ...{ ...call, client: kmsClient(givenFor(wire)), keyId: "arn:aws:kms:key" },
      publicUrl: "https://ephor.example.com",
    });

  test("signs a checkpoint that its verifier key opens", async () => {
    wire.answers.push(() => publicKeyAnswer(), signed);
    const made = await signer();
    const root = Buffer.alloc(32, 7);
    const note = await made.sign({ tenant, size: 3, root });
    const [vkey = ""] = made.verifierKeys(tenant);
    const key = parseVerifierKey(vkey);
    if (!key.ok) throw new Error(key.error.message);
    const origin = "ephor.example.com/default";
    expect(made.origin(tenant)).toBe(origin);
    expect(openCheckpoint(note, { origin, keys: [key.value] })).toMatchObject({ ok: true, value: { size: 3, root } });
    const [, sign] = sentJson();
    expect(sign).toMatchObject({ operation: "Sign", MessageType: "RAW", SigningAlgorithm: "ED25519_SHA_512" });
  });

  test("signs a decision as Ed25519 over its very text, under the id by which a verifier finds the key", async () => {
    wire.answers.push(() => publicKeyAnswer(), signed, signed);
    const made = await signer();
    const { keyId, signature } = await made.signStatement({ tenant, text: decisionStatement(DECISION) });
    expect(isSignedWith(publicKey, { text: decisionStatement(DECISION), signature })).toBe(true);
    expect(isSignedWith(publicKey, { text: decisionStatement({ ...DECISION, decision: "reject" }), signature })).toBe(
      false,
    );
    const keys = made.verifierKeys(tenant).map((line) => {
      const key = parseVerifierKey(line);
      if (!key.ok) throw new Error(key.error.message);
      return key.value;
    });
    expect(isDecisionSigned(DECISION, { keyId, signature, keys })).toBe(true);
    expect(sentJson()).toEqual([
      { operation: "GetPublicKey", KeyId: "arn:aws:kms:key" },
      {
        ...{ operation: "Sign", KeyId: "arn:aws:kms:key", MessageType: "RAW", SigningAlgorithm: "ED25519_SHA_512" },
        Message: Buffer.from(decisionStatement(DECISION)).toString("base64"),
      },
    ]);
    const other = parseTenant("acme");
    if (!other.ok) throw new Error(other.error.message);
    const ofOther = await made.signStatement({ tenant: other.value, text: decisionStatement(DECISION) });
    expect(ofOther.keyId).not.toBe(keyId);
  });

  test("of another kind is refused before anything is signed", async () => {
    wire.answers.push(() => publicKeyAnswer("ECC_NIST_P256"));
    await expect(signer()).rejects.toMatchObject({ name: "ledger.invalid" });
  });

  test("a signature that the public key does not confirm signs nothing", async () => {
    wire.answers.push(
      () => publicKeyAnswer(),
      () => ({ body: { Signature: Buffer.alloc(64).toString("base64") } }),
    );
    const made = await signer();
    const wrong = made.sign({ tenant, size: 3, root: new Uint8Array(32) });
    await expect(wrong).rejects.toMatchObject({ name: "ledger.invalid" });
    wire.answers.push((request) => ({ body: { Signature: signatureOf(request, foreign.privateKey) } }));
    const foreignly = made.signStatement({ tenant, text: decisionStatement(DECISION) });
    await expect(foreignly).rejects.toMatchObject({ name: "ledger.invalid" });
  });

  test("a further secret is derived from an HMAC key", async () => {
    wire.answers.push(() => ({ body: { Mac: Buffer.alloc(32, 5).toString("base64") } }));
    const derived = await deriveKey({ ...call, client: kmsClient(givenFor(wire)) }, { keyId: "k", purpose: "cursors" });
    expect(Buffer.from(derived)).toEqual(Buffer.alloc(32, 5));
    const Message = Buffer.from("cursors").toString("base64");
    expect(sentJson()).toEqual([{ operation: "GenerateMac", KeyId: "k", MacAlgorithm: "HMAC_SHA_256", Message }]);
  });
});
