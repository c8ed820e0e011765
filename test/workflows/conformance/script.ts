import { isJsonObject, type Json } from "@ephor/domain/json";
import type { Answer, Call, Script } from "./case.ts";

const TOKEN = "<token>";
const EXECUTION = "<execution>";
const TIME = "<time>";
const ABOUT_THE_CALL: readonly string[] = [
  "ExecutedVersion",
  "SdkHttpMetadata",
  "SdkResponseMetadata",
  "StatusCode",
  "LogResult",
];
/** What an engine says of an expression that failed, which may be handed on as text. */
const EXPRESSION_FAILED = /(?:An error occurred while executing the state|(?:The )?JSONata expression )[\s\S]*/;
/** As engines write the time; no two run at the same. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/;
/**
 * What AWS tells as the cause of a failed function: the JSON of its error; a node tells its message alone
 * (docs/parity.md).
 */
const FAILED_FUNCTION = /\{(?=[^{}]*"errorMessage")(?:[^{}]|\{[^{}]*\})*\}/g;
/** Ids that each engine makes up: of executions on AWS, here, and of children that nobody named. */
const MADE_UP = /^(?:arn:aws:states:[^:]*:\d{12}:(?:execution|express):.*|run_[a-z0-9]+|child-[a-z0-9_]+)$/;

/** The token that a payload hands on, at its top. */
export function tokenIn(payload: Json): string | undefined {
  const token = isJsonObject(payload) ? payload["token"] : undefined;
  return typeof token === "string" ? token : undefined;
}

/** A value without what no two engines share: made-up ids and tokens. */
export function comparable(value: Json, token?: string): Json {
  if (typeof value === "string") return comparableText(value, token);
  if (Array.isArray(value)) return value.map((item: Json) => comparable(item, token));
  if (!isJsonObject(value)) return value;
  // Of a function's answer, what is about the call and not of the task.
  const own = Object.hasOwn(value, "Payload") ? ABOUT_THE_CALL : [];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !own.includes(key))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, item]) => [key, comparable(item, token)]),
  );
}

function comparableText(text: string, token: string | undefined): string {
  if (text === token) return TOKEN;
  if (TIMESTAMP.test(text)) return TIME;
  return MADE_UP.test(text) ? EXECUTION : messageIn(text).replace(EXPRESSION_FAILED, "<cause>");
}

/** A text with the message in place of a failed function's error. */
export const messageIn = (text: string): string =>
  text.replaceAll(FAILED_FUNCTION, (json) => {
    const told = parsed(json);
    return isJsonObject(told) && typeof told["errorMessage"] === "string" ? told["errorMessage"] : json;
  });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Answers the calls of one execution and writes them down. */
export function scripted(script: Script) {
  const calls: string[] = [];
  const asked = new Map<string, number>();
  return {
    answer(task: string, given: Json): Answer {
      const payload = comparable(given, tokenIn(given));
      const line = `${task} ${JSON.stringify(payload)}`;
      const repeat = asked.get(line) ?? 0;
      asked.set(line, repeat + 1);
      const nth = calls.filter((call) => call.startsWith(`${task} `)).length;
      calls.push(line);
      return script({ task, payload, repeat, nth });
    },
    calls: (): readonly string[] => calls.toSorted(),
  };
}

/** The answers of each task in turn, by how often it was asked the same; the last one holds for all that follow. */
export const inTurn =
  (answers: Readonly<Record<string, readonly Answer[]>>): Script =>
  ({ task, repeat }: Call) => {
    const all = answers[task] ?? [];
    const answer = all[Math.min(repeat, all.length - 1)];
    if (answer === undefined) throw new Error(`no answer is written for the task ${task}`);
    return answer;
  };

/** A task that gives what it was given. */
export const echo: Script = ({ payload }) => ({ output: payload });
