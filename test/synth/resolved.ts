import type { RecordedResource } from "./mocks.ts";

/** Pulumi's sign for a value that is not known yet, and what an output says when it is made text of too early. */
const UNRESOLVED =
  /04da6b54-80e4-46f7-96ec-b56ff0331ba9|Calling \[toString\] on an \[Output|\[object Object\]|\bundefined\b/;
const PLACEHOLDER = /\$\{(?:task|workflow|[a-z-]+):[^}]*\}/;

type Walked = { readonly value: unknown; readonly unresolved: readonly string[] };

/** The resources in a fixed order with plain values, paths from the root, and every place that holds no final value. */
export async function resolved(
  resources: readonly RecordedResource[],
  { root }: { root: string },
): Promise<{ graph: readonly RecordedResource[]; unresolved: readonly string[] }> {
  const order = (one: RecordedResource): string => `${one.type} ${one.name}`;
  const sorted = [...resources].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const walked = await Promise.all(
    sorted.map(async (one) => ({ one, ...(await walk(one.inputs, { at: `${order(one)}: inputs`, root })) })),
  );
  return {
    graph: walked.map(({ one, value }) => ({ ...one, inputs: value as RecordedResource["inputs"] })),
    unresolved: walked.flatMap(({ unresolved }) => unresolved),
  };
}

async function walk(given: unknown, { at, root }: { at: string; root: string }): Promise<Walked> {
  const value = await given;
  if (typeof value === "string") return leaf(value, { at, root });
  if (Array.isArray(value)) {
    const items = await Promise.all(value.map((item, index) => walk(item, { at: `${at}.${index}`, root })));
    return { value: items.map((item) => item.value), unresolved: items.flatMap(({ unresolved }) => unresolved) };
  }
  if (typeof value !== "object" || value === null) return { value, unresolved: [] };
  const entries = await Promise.all(
    Object.entries(value)
      .filter(([key]) => !key.startsWith("__pulumi"))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([key, item]) => ({ key, ...(await walk(item, { at: `${at}.${key}`, root })) })),
  );
  return {
    value: Object.fromEntries(entries.map(({ key, value: item }) => [key, item])),
    unresolved: entries.flatMap(({ unresolved }) => unresolved),
  };
}

function leaf(text: string, { at, root }: { at: string; root: string }): Walked {
  const value = text.replaceAll(`${root}/`, "");
  if (UNRESOLVED.test(value)) return { value, unresolved: [`${at} is not resolved: ${value.slice(0, 200)}`] };
  if (PLACEHOLDER.test(value)) return { value, unresolved: [`${at} holds a placeholder: ${value.slice(0, 200)}`] };
  return { value, unresolved: [] };
}
