import { ERROR_CODES, type ErrorCode, ephorError } from "@ephor/domain/error";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";

export type HttpCall = {
  readonly method?: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly body?: JsonObject | { readonly ndjson: string };
  /** Answers with these statuses are the caller's to deal with. */
  readonly expects?: readonly number[];
};
type Options = { readonly url: string; readonly token: string; readonly fetch: typeof globalThis.fetch };

/** A call that has not ended by then never will (architecture rule 10). */
const CALL_SECONDS_MAX = 30;

export type HttpClient = {
  call(call: HttpCall): Promise<Result<Response>>;
  /** The JSON of an answer, where it is what a node answers. */
  read<T>(answer: Response, is: (value: unknown) => value is T): Promise<Result<T>>;
};

/** Calls one node; what it refuses is the code and the sentence that it says. */
export function httpClient({ url, token, fetch }: Options): HttpClient {
  const base = url.replace(/\/+$/, "");

  return {
    async call({ method = "GET", path, body, expects = [] }) {
      const [type, text] = bodyOf(body);
      const headers: Record<string, string> = { authorization: `Bearer ${token}`, accept: "application/json" };
      if (type !== undefined) headers["content-type"] = type;
      try {
        const signal = AbortSignal.timeout(CALL_SECONDS_MAX * 1000);
        const init: RequestInit = { method, headers, signal, redirect: "error" };
        const answer = await fetch(`${base}${path}`, text === undefined ? init : { ...init, body: text });
        return answer.ok || expects.includes(answer.status) ? ok(answer) : err(await problemIn(answer));
      } catch (cause) {
        return err(ephorError("node.unreachable", `no node answers at ${base}: ${reasonOf(cause)}`, { cause }));
      }
    },

    async read(answer, is) {
      const value: unknown = await answer.json().catch(() => undefined);
      if (is(value)) return ok(value);
      return err(ephorError("node.unreachable", `what answers at ${base} is not an Ephor node`));
    },
  };
}

function bodyOf(body: HttpCall["body"]): [string | undefined, string | undefined] {
  if (body === undefined) return [undefined, undefined];
  if (typeof body["ndjson"] === "string") return ["application/x-ndjson", body["ndjson"]];
  return ["application/json", JSON.stringify(body)];
}

async function problemIn(answer: Response) {
  const problem: unknown = await answer.json().catch(() => undefined);
  if (!isJsonObject(problem)) return ephorError("internal", `the node answered ${answer.status}`);
  const { code, detail, errors, correlationId } = problem;
  const where = Array.isArray(errors) && isJsonObject(errors[0]) ? errors[0]["path"] : undefined;
  const message = typeof detail === "string" ? detail : `the node answered ${answer.status} (${String(correlationId)})`;
  return ephorError(isErrorCode(code) ? code : "internal", message, typeof where === "string" ? { path: where } : {});
}

const isErrorCode = (code: unknown): code is ErrorCode => typeof code === "string" && Object.hasOwn(ERROR_CODES, code);

/** What the socket says lies under fetch's own words. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "the call failed";
  if (cause.name === "TimeoutError") return `nothing within ${CALL_SECONDS_MAX} s`;
  return cause.cause instanceof Error ? cause.cause.message || cause.message : cause.message;
}
