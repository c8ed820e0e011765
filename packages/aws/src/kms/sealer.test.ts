import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { KMSClient } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kmsSealer } from "./sealer.ts";

/*
 * A key management service that gives data keys and binds each to its context, as KMS does: what it gives for `sealed` is
 * only to be had again with the same key and context.
 */
type Asked = { KeyId: string; EncryptionContext: Record<string, string>; CiphertextBlob?: string };
const keys = new Map<string, { bound: string; plain: Buffer }>();
const boundOf = ({ KeyId, EncryptionContext }: Asked) => JSON.stringify([KeyId, EncryptionContext]);
const server = createServer(async (request, response) => {
  const asked = (await json(request)) as Asked;
  const say = (status: number, body: object) =>
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
  if (String(request.headers["x-amz-target"]).endsWith(".GenerateDataKey")) {
    const plain = createHash("sha256").update(String(keys.size)).digest();
    const blob = Buffer.from(`sealed key ${keys.size}`).toString("base64");
    keys.set(blob, { bound: boundOf(asked), plain });
    return say(200, { Plaintext: plain.toString("base64"), CiphertextBlob: blob, KeyId: asked.KeyId });
  }
  const known = keys.get(asked.CiphertextBlob ?? "");
  return known?.bound === boundOf(asked)
    ? say(200, { Plaintext: known.plain.toString("base64"), KeyId: asked.KeyId })
    : say(400, { __type: "InvalidCiphertextException" });
});
let endpoint = "";
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const sealerOf = (keyId = "arn:aws:kms:eu-central-1:111122223333:key/1") =>
  kmsSealer({
    client: new KMSClient({
      endpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    }),
    random: { bytes: (count) => new Uint8Array(count) },
    keyId,
  });
const context = "default#fnd_1#1#abc";

describe("what is sealed", () => {
  test.each([
    ["nothing", ""],
    ["a little", '{"a":"ä"}'],
    ["more than KMS itself takes", "x".repeat(100_000)],
  ])("opens again with its context: %s", async (_, text) => {
    const sealed = await sealerOf().seal({ text, context });
    expect(sealed).not.toContain(text === "" ? "\0" : text);
    expect(await sealerOf().open({ sealed, context })).toBe(text);
  });

  test("is different each time", async () => {
    const [one, two] = [await sealerOf().seal({ text: "t", context }), await sealerOf().seal({ text: "t", context })];
    expect(one).not.toBe(two);
  });

  test("does not open for another context, nor with another key", async () => {
    const sealed = await sealerOf().seal({ text: "t", context });
    await expect(sealerOf().open({ sealed, context: "default#fnd_2#1#abc" })).rejects.toThrow();
    await expect(sealerOf("arn:aws:kms:eu-central-1:111122223333:key/2").open({ sealed, context })).rejects.toThrow();
  });

  test("does not open once any part of it was changed, cut or exchanged", async () => {
    const [one, other] = [
      await sealerOf().seal({ text: "text", context }),
      await sealerOf().seal({ text: "text", context }),
    ];
    const [form, key, rest = ""] = one.split(".");
    const flipped = Buffer.from(rest, "base64url");
    flipped[14] = (flipped[14] ?? 0) ^ 1;
    const broken = [
      [form, key, flipped.toString("base64url")].join("."),
      [form, other.split(".")[1], rest].join("."),
      [form, key, rest.slice(0, -8)].join("."),
      [form, key, ""].join("."),
      one.replace("kms1", "kms2"),
      `${one}.x`,
      "",
    ];
    for (const sealed of broken) await expect(sealerOf().open({ sealed, context })).rejects.toThrow();
  });
});
