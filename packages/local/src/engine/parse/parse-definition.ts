import { type EphorError, ephorError } from "@ephor/domain/error";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";
import type { Definition, State } from "../definition.ts";
import { LIMITS } from "../limits.ts";
import { checkVariables } from "./check-variables.ts";
import { type QueryLanguage, readMachine } from "./read-machine.ts";
import { complain, type Reader, readNumber } from "./reader.ts";
import { makeReport, type Problem, told } from "./report.ts";

export type DefinitionError = EphorError<"workflow.invalid" | "workflow.unsupported">;

/** `type` is the kind of workflow the definition is for; an Express one may not wait for answers. */
export type ParseOptions = { readonly type?: "standard" | "express" };

/**
 * Reads a state machine in JSONata, from JSON text or as JSON, and compiles its expressions. All that is wrong is told at
 * once: the error's `path` (a JSON pointer) is that of the first problem, its message lists the others.
 *
 * Errors: workflow.invalid; workflow.unsupported when a state is in JSONPath or asks for a Distributed Map.
 * Source: https://states-language.net/spec.html
 */
export function parseDefinition(
  source: unknown,
  { type = "standard" }: ParseOptions = {},
): Result<Definition, DefinitionError> {
  const object = readSource(source);
  if (!object.ok) return object;
  const report = makeReport();
  const place = { report, path: "", location: "" };
  const reader: Reader = { object: object.value, place };
  const statesByName = new Map<string, State>();
  const reading = { statesByName, express: type === "express" };
  const machine = readMachine(object.value, place, { reading, kind: "top", language: DEFAULT_LANGUAGE });
  const timeoutSeconds = readNumber(reader, "TimeoutSeconds", { min: 1, max: LIMITS.seconds });
  const version = object.value["Version"];
  if (version !== undefined && version !== "1.0") complain(reader, "Version", `expected "1.0", not ${told(version)}`);
  checkVariables(machine, place);
  if (report.problems.length > 0) return err(errorOf(report.problems));
  return ok({ ...machine, statesByName, timeoutSeconds });
}

const DEFAULT_LANGUAGE: QueryLanguage = "JSONPath";

function readSource(source: unknown): Result<JsonObject, DefinitionError> {
  const invalid = (message: string) => err(ephorError("workflow.invalid", message, { path: "" }));
  try {
    const text = typeof source === "string" ? source : JSON.stringify(source);
    if (text === undefined) return invalid("expected a state machine as JSON");
    if (Buffer.byteLength(text) > LIMITS.definitionBytes) {
      return invalid(`a definition holds at most ${LIMITS.definitionBytes} bytes`);
    }
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return invalid(`expected a state machine, an object, not ${told(value)}`);
    if (depthOf(text) > LIMITS.jsonDepth) return invalid(`a definition nests at most ${LIMITS.jsonDepth} levels deep`);
    return ok(value);
  } catch {
    return invalid("expected a state machine as JSON, but this is not JSON");
  }
}

/** How deep valid JSON text nests, without recursion. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/g)) {
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

const TOLD_MAX = 10;

/** What is not supported comes first: the rest of such a definition was not read. */
function errorOf(problems: readonly Problem[]): DefinitionError {
  const unsupported = problems.filter(({ code }) => code === "workflow.unsupported");
  const chosen = unsupported.length > 0 ? unsupported : problems;
  const [first] = chosen;
  const lines = chosen.slice(0, TOLD_MAX).map(({ path, message }) => `${path || "/"}: ${message}`);
  const more = chosen.length > TOLD_MAX ? ` (and ${chosen.length - TOLD_MAX} more)` : "";
  return ephorError(first?.code ?? "workflow.invalid", `${lines.join("; ")}${more}`, { path: first?.path ?? "" });
}
