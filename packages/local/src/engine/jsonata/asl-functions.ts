import { createHash } from "node:crypto";
import { type Draws, drawsFrom } from "../draws.ts";
import { LIMITS } from "../limits.ts";
import { ExpressionError } from "./plain-json.ts";

/** Where $now, $millis, $uuid and $random take their values from: the event being advanced. */
export type AdvanceValues = { readonly milliseconds: number; readonly draws: Draws };

/** `formatTime` is JSONata's own formatter of times. */
export type AslFunctionContext = {
  readonly values: AdvanceValues;
  readonly formatTime: (milliseconds: number, picture: unknown, zone: unknown) => unknown;
};
type AslFunction = {
  readonly signature: string;
  readonly run: (context: AslFunctionContext, ...args: unknown[]) => unknown;
};

const DIGESTS: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/**
 * The functions Step Functions adds to JSONata, those it takes away ($eval), and those whose value must come from the
 * event. Source: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export const ASL_FUNCTIONS: Readonly<Record<string, AslFunction>> = {
  partition: { signature: "<an:a>", run: (_, items, size) => partition(items, size) },
  range: { signature: "<nnn:a>", run: (_, first, last, step) => range(first, last, step) },
  hash: { signature: "<xs:s>", run: (_, data, algorithm) => hash(data, algorithm) },
  random: { signature: "<x?:n>", run: ({ values }, seed) => random(values, seed) },
  uuid: { signature: "<:s>", run: ({ values }) => uuid(values.draws.bytes(16)) },
  parse: { signature: "<s-:x>", run: (_, text) => parse(text) },
  now: {
    signature: "<s?s?:s>",
    run: ({ values, formatTime }, ...how) => formatTime(values.milliseconds, how[0], how[1]),
  },
  millis: { signature: "<:n>", run: ({ values }) => values.milliseconds },
  eval: { signature: "<s-x?:x>", run: () => refuse("$eval is not available in Step Functions: use $parse") },
};

function partition(items: unknown, size: unknown): unknown {
  if (items === undefined) return undefined;
  if (!Array.isArray(items) || !isWhole(size) || size < 1) {
    return refuse("$partition takes an array and a chunk size, a whole number from 1");
  }
  const chunks: unknown[] = [];
  for (let from = 0; from < items.length; from += size) chunks.push(items.slice(from, from + size));
  return chunks;
}

function range(first: unknown, last: unknown, step: unknown): unknown {
  if (typeof first !== "number" || typeof last !== "number" || typeof step !== "number" || step === 0) {
    return refuse("$range takes a first, a last and a step other than 0, all numbers");
  }
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  if (length > LIMITS.sequenceLength) return refuse(`$range gives at most ${LIMITS.sequenceLength} values`);
  const values = Array.from({ length }, (_, index) => first + index * step);
  // A JSONata sequence: one value alone stands for itself, as it does on AWS.
  return Object.assign(values, { sequence: true });
}

function hash(data: unknown, algorithm: unknown): unknown {
  if (data === undefined) return undefined;
  const digest = typeof algorithm === "string" ? DIGESTS[algorithm] : undefined;
  if (digest === undefined) return refuse(`$hash knows ${Object.keys(DIGESTS).join(", ")}`);
  return createHash(digest)
    .update(typeof data === "string" ? data : JSON.stringify(data))
    .digest("hex");
}

function random(values: AdvanceValues, seed: unknown): unknown {
  if (seed === undefined) return values.draws.unit();
  if (typeof seed !== "number") return refuse("$random takes a number as its seed");
  return drawsFrom(`seed ${seed}`).unit();
}

/** Version 4, RFC 9562. */
function uuid(bytes: Buffer): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function parse(text: unknown): unknown {
  if (text === undefined) return undefined;
  if (typeof text !== "string") return refuse("$parse takes a string of JSON");
  try {
    return JSON.parse(text);
  } catch {
    return refuse("$parse was given a string that is not JSON");
  }
}

const isWhole = (value: unknown): value is number => Number.isInteger(value);

function refuse(message: string): never {
  throw new ExpressionError(message);
}
