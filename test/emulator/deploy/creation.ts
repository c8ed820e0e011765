import type { Clients } from "../clients.ts";

/** What a resource is to be, in Pulumi's words, with what stands for other resources filled in. */
export type Inputs = Readonly<Record<string, unknown>>;
/** What AWS answered that others go on with, by Pulumi's names; it replaces what the mocks answered. */
export type Outputs = Readonly<Record<string, string>>;
/** Creates one resource. Rejects with AWS's error. */
export type Create = (clients: Clients, inputs: Inputs, place: { readonly root: string }) => Promise<Outputs>;

/**
 * The provider's properties as the service's API has them: the names are the same but for the first letter. What is
 * handed on is checked by the service; here is nothing to check it against.
 */
export function pascal<T>(value: unknown): T {
  return renamed(value) as T;
}

function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}`, renamed(inner)]),
  );
}

/** The same for services whose API begins names with a small letter, as Pulumi does. */
export const asIs = <T>(value: unknown): T => value as T;

/** A property that must be text. Throws its name where it is not. */
export function text(inputs: Inputs, name: string): string {
  const value = inputs[name];
  if (typeof value === "string") return value;
  throw new Error(`its ${name} is ${JSON.stringify(value)}, expected text`);
}

/** A property that AWS answers; without it nothing can go on. */
export function answered(value: string | undefined, what: string): string {
  if (value !== undefined && value !== "") return value;
  throw new Error(`the emulator answers no ${what}`);
}

/** Where a property is not given, it is not sent. */
export const given = (inputs: Inputs, name: string): boolean => inputs[name] !== undefined;
