import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { ok, type Result } from "@ephor/domain/result";
import { type ApiError, refuse } from "./api-error.ts";

const inflate = promisify(gunzip);
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/**
 * A request's body as text, at most `bytesMax` bytes as sent and again once unpacked.
 * Errors: input.too-large, input.unsupported-type (content-encoding), input.invalid (broken gzip, not UTF-8).
 */
export async function readBody(request: Request, bytesMax: number): Promise<Result<string, ApiError>> {
  const encoding = request.headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity" && encoding !== "gzip") {
    return refuse("input.unsupported-type", "expected content-encoding gzip or none");
  }
  const bytes = await readBytes(request, bytesMax).catch(brokenOff);
  if (!bytes.ok) return bytes;
  const plain = encoding === "gzip" ? await unpack(bytes.value, bytesMax) : bytes;
  return plain.ok ? decode(plain.value) : plain;
}

async function readBytes(request: Request, bytesMax: number): Promise<Result<Buffer, ApiError>> {
  const declared = request.headers.get("content-length");
  if (declared !== null) {
    if (Number(declared) > bytesMax) return tooLarge(bytesMax);
    // The server's parser hands on no more than was declared, so this is bounded; a stream costs ten times as much.
    const bytes = Buffer.from(await request.arrayBuffer());
    return bytes.length > bytesMax ? tooLarge(bytesMax) : ok(bytes);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Counted while it arrives: a chunked body declares no length.
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > bytesMax) return tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return ok(Buffer.concat(chunks, size));
}

async function unpack(bytes: Buffer, bytesMax: number): Promise<Result<Buffer, ApiError>> {
  try {
    return ok(await inflate(bytes, { maxOutputLength: bytesMax }));
  } catch (cause) {
    const isBomb = cause instanceof Error && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE";
    return isBomb ? tooLarge(bytesMax) : refuse("input.invalid", "the body is not the gzip that it says it is");
  }
}

function decode(bytes: Buffer): Result<string, ApiError> {
  try {
    return ok(UTF8.decode(bytes));
  } catch {
    return refuse("input.invalid", "expected UTF-8 text");
  }
}

/** Whoever goes away in the middle of a body hears no answer; it is no failure of this side. */
const brokenOff = () => refuse("input.invalid", "the body broke off");

/*
 * The server goes on reading for a moment and drops what comes: a connection closed on a sender in the middle of its body
 * is reset, and the answer is lost with it.
 */
const tooLarge = (bytesMax: number) => refuse("input.too-large", `expected a body of at most ${bytesMax} bytes`);
