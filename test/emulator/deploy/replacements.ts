import type { Inputs, Outputs } from "./creation.ts";

/** What stands in a graph for something that only AWS knows, and what the emulator made of it. */
export type Replacement = { readonly mocked: string; readonly real: string };
type Mocked = { readonly id: string; readonly state: Readonly<Record<string, unknown>> };

/** Where the emulator answered otherwise than the mocks of synth did. */
export function replacementsOf({ id, state }: Mocked, outputs: Outputs): readonly Replacement[] {
  return Object.entries(outputs).flatMap(([name, real]) => {
    const mocked = name === "id" ? id : state[name];
    return typeof mocked === "string" && mocked !== real ? [{ mocked, real }] : [];
  });
}

/** The same inputs with every replacement made, longest first, in whole words alone: one id may begin with another. */
export function replaced(inputs: Inputs, replacements: readonly Replacement[]): Inputs {
  const real = new Map(replacements.map((one) => [one.mocked, one.real]));
  if (real.size === 0) return inputs;
  const longestFirst = [...real.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(`(?<![\\w-])(?:${longestFirst.join("|")})(?![\\w-])`, "g");
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return value.replace(pattern, (mocked) => real.get(mocked) ?? mocked);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, walk(value)]));
}

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
