import { expect, test } from "vitest";
import { childSpan, correlationOf, formatTraceparent, isCorrelationId, parseTraceparent } from "./correlation.ts";

const zeros = (bytes: number) => new Uint8Array(bytes);
const ones = (bytes: number) => new Uint8Array(bytes).fill(0xff);
const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test.each([
  [
    "X-Correlation-ID before all",
    { headers: { "x-request-id": "request-1", "X-Correlation-ID": "correlation-1" } },
    "correlation-1",
  ],
  ["X-Request-ID", { headers: { "X-Request-Id": "request-1" }, requestId: "gateway-1" }, "request-1"],
  ["the correlationId header", { headers: { correlationId: "header-01" } }, "header-01"],
  ["the correlationId of the event", { given: "event-0001", requestId: "gateway-1" }, "event-0001"],
  ["requestContext.requestId", { requestId: "C6af9ac6-7b61-11e6" }, "C6af9ac6-7b61-11e6"],
  ["the first of a repeated header", { headers: { "x-correlation-id": ["repeated-1", "repeated-2"] } }, "repeated-1"],
  [
    "the next where one is malformed",
    { headers: { "x-correlation-id": "a\nb", "x-request-id": "request-1" } },
    "request-1",
  ],
])("%s gives the id", (_, request, id) => expect(correlationOf(request, zeros).id).toBe(id));

test("without a valid one, a new version 4 UUID is made", () => {
  expect(correlationOf({ headers: { "x-correlation-id": undefined }, given: 7 }, ones).id).toBe(
    "ffffffff-ffff-4fff-bfff-ffffffffffff",
  );
  expect(correlationOf({}, zeros)).toEqual({ id: "00000000-0000-4000-8000-000000000000" });
});

test.each(["short", "a".repeat(129), "line\nbreak1", "space d-1", 'quote"d-1', "-leading-1", "é".repeat(9), "", null])(
  "%j is no correlation id",
  (value) => expect(isCorrelationId(value)).toBe(false),
);

test("a traceparent comes along and is written back the same", () => {
  const traceparent = `00-${TRACE}-${SPAN}-01`;
  const { trace } = correlationOf({ headers: { Traceparent: traceparent } }, zeros);
  expect(trace).toEqual({ traceId: TRACE, spanId: SPAN, sampled: true });
  expect(trace && formatTraceparent(trace)).toBe(traceparent);
  expect(formatTraceparent({ traceId: TRACE, spanId: SPAN, sampled: false })).toBe(`00-${TRACE}-${SPAN}-00`);
});

test("a later version is read by its first four fields", () => {
  expect(parseTraceparent(`cc-${TRACE}-${SPAN}-00-what-the-future-brings`)).toEqual({
    traceId: TRACE,
    spanId: SPAN,
    sampled: false,
  });
});

test.each([
  `00-${TRACE}-${SPAN}-01-more`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${"0".repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${"0".repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}`,
  `cc-${TRACE}-${SPAN}-01-${"x".repeat(600)}`,
  7,
  undefined,
])("%s is no traceparent", (value) => expect(parseTraceparent(value)).toBeUndefined());

test("a child span stays in its trace; without a parent it begins one", () => {
  expect(childSpan({ traceId: TRACE, spanId: SPAN, sampled: true }, ones)).toEqual({
    traceId: TRACE,
    spanId: "f".repeat(16),
    sampled: true,
  });
  expect(childSpan(undefined, zeros)).toEqual({
    traceId: `${"0".repeat(31)}1`,
    spanId: `${"0".repeat(15)}1`,
    sampled: false,
  });
});
