/**
 * The steps of an expression that only names a member, such as `$states.input.event`: its variable, then its names. Undefined
 * for every other expression, by its tree. Most expressions of workflows are of this kind, and JSONata takes as much
 * memory for one of them as the event itself.
 */
export function plainPathOf(ast: unknown): readonly string[] | undefined {
  const nodes = isObject(ast) && ast["type"] === "path" && hasOnly(ast, PATH_MEMBERS) ? ast["steps"] : [ast];
  if (!Array.isArray(nodes)) return undefined;
  const steps = nodes.map((node, at) => stepOf(node, at === 0 ? "variable" : "name"));
  return steps.every((step) => step !== undefined) ? steps : undefined;
}

const PATH_MEMBERS = ["type", "steps"];
const STEP_MEMBERS = ["type", "value", "position"];

/** A node with anything more, such as a filter, is more than a step. */
function stepOf(node: unknown, type: "variable" | "name"): string | undefined {
  if (!isObject(node) || node["type"] !== type || !hasOnly(node, STEP_MEMBERS)) return undefined;
  return typeof node["value"] === "string" ? node["value"] : undefined;
}

const hasOnly = (node: object, members: readonly string[]): boolean =>
  Object.keys(node).every((member) => members.includes(member));

/**
 * What JSONata gives for a plain path; undefined where it has more to say of it than a lookup: arrays, of which it makes
 * sequences, what is not there, and variables of its own.
 */
export function readPlainPath(
  steps: readonly string[],
  variables: Readonly<Record<string, unknown>>,
): { readonly value: unknown } | undefined {
  let value: unknown = variables;
  for (const step of steps) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value === undefined || Array.isArray(value) || typeof value === "function" ? undefined : { value };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
