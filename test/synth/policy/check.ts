import { readFileSync } from "node:fs";

/** One resource as the program asked for it, in Pulumi's words; policies inside are JSON text. */
export type Resource = {
  readonly type: string;
  readonly name: string;
  readonly region: string;
  readonly inputs: Readonly<Record<string, unknown>>;
};
export type Graph = { readonly stage: string; readonly resources: readonly Resource[] };

/**
 * One thing that must hold of every resource of some types. `wrong` says what is not as it must be, in a few words, or
 * gives undefined.
 */
export type Check = {
  readonly name: string;
  readonly types: readonly string[];
  readonly wrong: (resource: Resource, graph: Graph) => string | undefined;
};

export const readGraph = (file: string): Graph => JSON.parse(readFileSync(file, "utf8"));

/** `aws:s3/bucket:Bucket` from `s3/bucket:Bucket`. */
export const typed = (...types: readonly string[]): readonly string[] => types.map((type) => `aws:${type}`);

/** The value at a dotted path, or undefined. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, step) => (isRecord(inner) ? inner[step] : undefined), value);
}

export const textAt = (value: unknown, path: string): string => {
  const found = at(value, path);
  return typeof found === "string" ? found : "";
};
export const listAt = (value: unknown, path: string): readonly unknown[] => {
  const found = at(value, path);
  return Array.isArray(found) ? found : [];
};
/** JSON text at a path, parsed; undefined where there is none or it is broken. */
export function jsonAt(value: unknown, path: string): unknown {
  try {
    return JSON.parse(textAt(value, path));
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
export const listOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
export const textsOf = (value: unknown): readonly string[] => listOf(value).filter((item) => typeof item === "string");

export const ofType = (graph: Graph, type: string): readonly Resource[] =>
  graph.resources.filter((resource) => resource.type === `aws:${type}`);

/** A check that values stand at paths; a function judges, anything else must be equal. */
export const expects = (
  name: string,
  { types, values }: { types: readonly string[]; values: Readonly<Record<string, unknown>> },
): Check => ({
  name,
  types: typed(...types),
  wrong: ({ inputs }) =>
    Object.entries(values)
      .filter(([path, wanted]) => !fits(at(inputs, path), wanted))
      .map(([path]) => `${path} is ${JSON.stringify(at(inputs, path))}`)[0],
});

const fits = (found: unknown, wanted: unknown): boolean =>
  typeof wanted === "function" ? wanted(found) === true : JSON.stringify(found) === JSON.stringify(wanted);

/** Whether some other resource of a type is for this one. */
export const hasPartner = (
  graph: Graph,
  { type, path, equals }: { type: string; path: string; equals: unknown },
): boolean => ofType(graph, type).some(({ inputs }) => at(inputs, path) === equals);

export type Statement = {
  /** Empty where it has none. */
  readonly sid: string;
  readonly effect: string;
  readonly principal: unknown;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly condition: unknown;
};

/** The statements of a policy as it stands at a path; empty where there is no readable policy. */
export const statementsAt = (inputs: unknown, path: string): readonly Statement[] =>
  listAt(jsonAt(inputs, path), "Statement").map((one) => ({
    sid: textAt(one, "Sid"),
    effect: textAt(one, "Effect"),
    principal: at(one, "Principal"),
    actions: textsOf(at(one, "Action")),
    resources: textsOf(at(one, "Resource")),
    condition: at(one, "Condition"),
  }));
