/** What carries one request's identity from one process to the next. */
export type Correlation = { readonly id: string; readonly trace?: TraceContext };

/** W3C Trace Context, version 00: 32 and 16 lower-case hexadecimal digits, and whether the caller records. */
export type TraceContext = { readonly traceId: string; readonly spanId: string; readonly sampled: boolean };

/** Bytes from a cryptographic source, injected (`node:crypto` at the composition root). */
export type RandomBytes = (bytes: number) => Uint8Array;

/** Header names in any case, as `node:http` (a list for a repeated header) or Lambda gives them. */
export type Headers = { readonly [name: string]: string | readonly string[] | undefined };

export const CORRELATION_HEADER = "x-correlation-id";
const CORRELATION_HEADERS = [CORRELATION_HEADER, "x-request-id", "correlationid"];
// UUIDs, X-Ray roots, ULIDs and AWS request ids all fit; nothing that could break a log line, header or key does.
const CORRELATION_ID = /^[A-Za-z0-9][A-Za-z0-9._:=+/-]{7,127}$/;
const TRACEPARENT =
  /^(?<version>[0-9a-f]{2})-(?<trace>[0-9a-f]{32})-(?<span>[0-9a-f]{16})-(?<flags>[0-9a-f]{2})(?<rest>-.*)?$/;
const TRACEPARENT_CHARACTERS_MAX = 512;

export const isCorrelationId = (value: unknown): value is string =>
  typeof value === "string" && CORRELATION_ID.test(value);

/**
 * The correlation id of a request: `X-Correlation-ID`, `X-Request-ID`, `correlationId` (a header or `given`, such as a
 * field of the event), API Gateway's `requestContext.requestId`, in this order; the first of 8 to 128 permitted
 * characters counts, else a new UUID is made. Outside ids are labels only: nothing is authorised by them.
 */
export function correlationOf(
  request: { readonly headers?: Headers; readonly given?: unknown; readonly requestId?: unknown },
  random: RandomBytes,
): Correlation {
  const headers = lowerCase(request.headers ?? {});
  const candidates = [...CORRELATION_HEADERS.map((name) => headers.get(name)), request.given, request.requestId];
  const trace = parseTraceparent(headers.get("traceparent"));
  return { id: candidates.find(isCorrelationId) ?? newUuid(random), ...(trace === undefined ? {} : { trace }) };
}

/** Undefined unless `value` is valid by https://www.w3.org/TR/trace-context/#traceparent-header ; later versions are read as 00. */
export function parseTraceparent(value: unknown): TraceContext | undefined {
  if (typeof value !== "string" || value.length > TRACEPARENT_CHARACTERS_MAX) return undefined;
  const { version, trace = "", span = "", flags = "", rest } = TRACEPARENT.exec(value.trim())?.groups ?? {};
  if (version === undefined || version === "ff" || (version === "00" && rest !== undefined)) return undefined;
  if (/^0+$/.test(trace) || /^0+$/.test(span)) return undefined;
  return { traceId: trace, spanId: span, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;

/** A new span in the same trace, or the first of a new one (not sampled unless asked). */
export function childSpan(parent: TraceContext | undefined, random: RandomBytes): TraceContext {
  return {
    traceId: parent?.traceId ?? nonZeroHex(16, random),
    spanId: nonZeroHex(8, random),
    sampled: parent?.sampled ?? false,
  };
}

/** A random UUID, version 4 (RFC 9562). */
function newUuid(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** All zeros means "invalid" in a trace context, however unlikely. */
function nonZeroHex(bytes: number, random: RandomBytes): string {
  const digits = hex(random(bytes));
  return /^0+$/.test(digits) ? `${digits.slice(0, -1)}1` : digits;
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function lowerCase(headers: Headers): ReadonlyMap<string, string | undefined> {
  return new Map(
    Object.entries(headers).map(([name, value]) => [
      name.toLowerCase(),
      typeof value === "string" ? value : value?.[0],
    ]),
  );
}
