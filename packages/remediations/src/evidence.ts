import { isJsonObject, type Json } from "@ephor/domain/json";
import type { RemediationTarget } from "@ephor/domain/remediation";

/** The call that the finding is about, by its name in CloudTrail; undefined where the evidence names none. */
export function calledIn({ evidence }: RemediationTarget): string | undefined {
  const name = evidence["eventName"];
  return typeof name === "string" ? name : undefined;
}

/** Evidence keeps at most so many items of a list or an object, and so many characters of a text. */
const KEPT = { items: 50, characters: 1000 };

/** False where `value` may have been cut when it was kept as evidence: a plan of it would lose what was cut off. */
export function isWhole(value: Json): boolean {
  if (typeof value === "string") return value.length < KEPT.characters;
  if (isList(value)) return value.length < KEPT.items && value.every(isWhole);
  if (!isJsonObject(value)) return true;
  const members = Object.values(value);
  return members.length < KEPT.items && members.every(isWhole);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
