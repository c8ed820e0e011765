import jsonata from "jsonata";
import type { CompiledExpression } from "../definition.ts";
import { LIMITS } from "../limits.ts";
import { type AdvanceValues, ASL_FUNCTIONS } from "./asl-functions.ts";
import { plainPathOf, readPlainPath } from "./plain-path.ts";

/** The binding that carries AdvanceValues: a name no JSONata text can spell. */
export const ADVANCE_VALUES = "\u0000advance";

const OPTIONS: jsonata.JsonataOptions = {
  timeout: LIMITS.expressionMilliseconds,
  stack: LIMITS.expressionDepth,
  sequence: LIMITS.sequenceLength,
};

export type Compiled =
  | { readonly ok: true; readonly run: CompiledExpression; readonly statesFields: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Compiles JSONata once for many evaluations. Its clock and randomness come from the event (ASL_FUNCTIONS); its time
 * guard is a fuse for expressions that loop: what it cuts off is recorded as that state's failure, not decided again.
 */
export function compileExpression(source: string): Compiled {
  try {
    const compiled = jsonata(source, OPTIONS);
    for (const [name, { signature, run }] of Object.entries(ASL_FUNCTIONS)) {
      compiled.registerFunction(
        name,
        function (...args: unknown[]) {
          const values: AdvanceValues = this.environment.lookup(ADVANCE_VALUES);
          const formatter = this.environment.lookup("fromMillis");
          const formatTime = (milliseconds: number, picture: unknown, zone: unknown): unknown =>
            formatter.implementation.call(this, milliseconds, picture, zone);
          return run({ values, formatTime }, ...args);
        },
        signature,
      );
    }
    const ast = compiled.ast();
    const evaluate: CompiledExpression = (variables) => compiled.evaluate(undefined, { ...variables });
    const steps = plainPathOf(ast);
    const run: CompiledExpression = async (variables) => {
      const read = steps && readPlainPath(steps, variables);
      return read === undefined ? evaluate(variables) : read.value;
    };
    return { ok: true, run, statesFields: statesFieldsIn(ast) };
  } catch (problem) {
    return { ok: false, problem: describeExpressionError(problem) };
  }
}

/** The names that stand right after `$states` in an expression's tree. */
function statesFieldsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(statesFieldsIn);
  if (typeof node !== "object" || node === null) return [];
  const [first, second] = "steps" in node && Array.isArray(node.steps) ? node.steps : [];
  const named = first?.type === "variable" && first.value === "states" && second?.type === "name" ? [second.value] : [];
  return [...named, ...Object.values(node).flatMap(statesFieldsIn)];
}

/** `T2001: The left side of the "+" operator must evaluate to a number`: JSONata throws objects with a code, not Errors. */
export function describeExpressionError(problem: unknown): string {
  if (typeof problem !== "object" || problem === null) return String(problem).slice(0, 500);
  const code = "code" in problem && typeof problem.code === "string" ? `${problem.code}: ` : "";
  const message = "message" in problem && typeof problem.message === "string" ? problem.message : "";
  return `${code}${message}`.slice(0, 500);
}
