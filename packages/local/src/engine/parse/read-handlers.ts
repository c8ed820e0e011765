import type { Catcher, Retrier } from "../definition.ts";
import { LIMITS } from "../limits.ts";
import { readWrites } from "./read-writes.ts";
import { checkFields, complain, type Reader, readList, readNumber, readObjects, readRequiredText } from "./reader.ts";
import { told } from "./report.ts";

const RETRIER_FIELDS = [
  "ErrorEquals",
  "IntervalSeconds",
  "MaxAttempts",
  "BackoffRate",
  "MaxDelaySeconds",
  "JitterStrategy",
  "Comment",
];
const CATCHER_FIELDS = ["ErrorEquals", "Next", "Output", "Assign", "Comment"];

/** `Retry` and `Catch`. Source: https://states-language.net/spec.html#errors */
export function readHandlers(reader: Reader): { retry: readonly Retrier[]; catch: readonly Catcher[] } {
  const retriers = readObjects(reader, "Retry");
  const catchers = readObjects(reader, "Catch");
  return {
    retry: retriers.map((item, index) => readRetrier(item, index === retriers.length - 1)),
    catch: catchers.map((item, index) => readCatcher(item, index === catchers.length - 1)),
  };
}

function readRetrier(reader: Reader, isLast: boolean): Retrier {
  checkFields(reader, RETRIER_FIELDS);
  const maxDelaySeconds = readNumber(reader, "MaxDelaySeconds", { min: 1, max: LIMITS.retryDelaySeconds });
  return {
    errorEquals: readErrorEquals(reader, isLast),
    intervalSeconds: readNumber(reader, "IntervalSeconds", { min: 1, max: LIMITS.seconds }) ?? 1,
    maxAttempts: readNumber(reader, "MaxAttempts", { min: 0, max: LIMITS.seconds }) ?? 3,
    backoffRate: readNumber(reader, "BackoffRate", { min: 1, max: Number.MAX_SAFE_INTEGER, whole: false }) ?? 2,
    ...(maxDelaySeconds === undefined ? {} : { maxDelaySeconds }),
    jitter: readJitter(reader),
  };
}

function readJitter(reader: Reader): Retrier["jitter"] {
  const value = reader.object["JitterStrategy"];
  if (value === "FULL") return value;
  if (value !== undefined && value !== "NONE") {
    complain(reader, "JitterStrategy", `expected "FULL" or "NONE", not ${told(value)}`);
  }
  return "NONE";
}

function readCatcher(reader: Reader, isLast: boolean): Catcher {
  checkFields(reader, CATCHER_FIELDS);
  return {
    errorEquals: readErrorEquals(reader, isLast),
    next: readRequiredText(reader, "Next") ?? "",
    ...readWrites(reader, "errorOutput"),
  };
}

function readErrorEquals(reader: Reader, isLast: boolean): readonly string[] {
  const names = readList(reader, "ErrorEquals").filter((name) => typeof name === "string" && name !== "");
  const errorEquals = names.filter((name) => typeof name === "string");
  if (errorEquals.length === 0 || errorEquals.length < readList(reader, "ErrorEquals").length) {
    complain(reader, "ErrorEquals", "expected an array of error names, at least one");
  }
  if (errorEquals.includes("States.ALL") && (errorEquals.length > 1 || !isLast)) {
    complain(reader, "ErrorEquals", "States.ALL must stand alone, and in the last entry");
  }
  return errorEquals;
}
