import type { Actor, Resource } from "@ephor/domain/finding";
import type { Json } from "@ephor/domain/json";
import { isSeverity, type Severity } from "@ephor/domain/severity";
import { nameInArn, parseArn } from "./arn.ts";
import { textAt } from "./read.ts";

/**
 * What a service says in a finding, an alarm or a failed job of its own: all that a pass-through detection needs.
 * Each source's reader gives it, or undefined for events that hold none or lack what names it.
 */
export type ServiceFinding = {
  /** The service's own type, e.g. `Recon:EC2/PortProbeUnprotectedPort`; the finding's detection ends in it. */
  readonly type: string;
  readonly severity: Severity;
  readonly title: string;
  readonly resource: Resource;
  readonly actor: Actor | null;
  /** False where the service says that it is over or hidden: archived, resolved, compliant again, alarm back to OK. */
  readonly active: boolean;
};

/** `HIGH`, `High` or `high`; undefined for any other word. */
export function severityNamed(word: string | undefined): Severity | undefined {
  const name = word?.toLowerCase() ?? "";
  if (isSeverity(name)) return name;
  return name === "info" ? "informational" : undefined;
}

/** A resource from an ARN, or from a bare id where it is none. */
export function resourceOf(type: string, id: string): Resource {
  const name = nameInArn(id);
  return parseArn(id) === undefined ? { type, id } : { type, id, arn: id, ...(name === undefined ? {} : { name }) };
}

/** A resource named by the first of `paths` that holds text. */
export function resourceAt(
  value: Json,
  { type, paths }: { type: string; paths: readonly string[] },
): Resource | undefined {
  const id = paths.map((path) => textAt(value, path)).find((text) => text !== undefined);
  return id === undefined ? undefined : resourceOf(type, id);
}
