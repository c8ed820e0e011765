import type { Actor } from "@ephor/domain/finding";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { actorOf } from "@ephor/events/sources/cloudtrail-actor";
import { textAt, valueAt } from "@ephor/events/sources/read";
import type { Told } from "./define-detection.ts";
import { shown } from "./shorten.ts";

type Calls = { readonly service: string; readonly names: readonly Json[] };

/** An API call, carried out or not. `service`: the event source without `.amazonaws.com`. */
export const attempted = ({ service, names }: Calls): JsonObject => ({
  detail: { eventSource: [`${service}.amazonaws.com`], eventName: names },
});

/** An API call that was carried out: neither denied nor failed. */
export const succeeded = ({ service, names }: Calls): JsonObject => ({
  detail: { eventSource: [`${service}.amazonaws.com`], eventName: names, errorCode: [{ exists: false }] },
});

/** Fields of a record that a reader of any finding about a call asks for. */
const ABOUT_A_CALL = ["eventSource", "eventName", "sourceIPAddress", "userAgent", "errorCode"];

/**
 * What a detection tells of a CloudTrail event: its title with who made the call at the end, and its own evidence
 * beside what every reader asks for. Null for what did not come from CloudTrail: patterns over `detail` alone would
 * also take what an application puts on the bus in the shape of a call.
 */
export function tellCall(
  event: Event,
  told: Pick<Told, "resource" | "title" | "remediation"> & { readonly evidence?: JsonObject },
): Told | null {
  if (!event.kind.startsWith("cloudtrail")) return null;
  const actor = actorOf(event);
  const about = ABOUT_A_CALL.flatMap((key) => {
    const text = textAt(event.envelope.detail, key);
    return text === undefined ? [] : [[key, text] as const];
  });
  return {
    resource: told.resource,
    title: `${told.title}, by ${actorName(actor)}`,
    actor,
    evidence: { ...Object.fromEntries(about), ...told.evidence },
    ...(told.remediation === undefined ? {} : { remediation: told.remediation }),
  };
}

const actorName = (actor: Actor | null): string =>
  actor === null ? "an unknown caller" : shown(actor.name ?? actor.id);

/**
 * The members of a list, in any of the shapes CloudTrail gives one: `[…]`, `{items: […]}`, `{member: […]}`,
 * a single member in place of a list of one, and `""` or `{}` for none.
 */
export function membersAt(value: Json | undefined, path: string): readonly Json[] {
  const found = valueAt(value, path);
  const inner = isJsonObject(found) ? (found.items ?? found.member ?? found) : found;
  if (Array.isArray(inner)) return inner;
  if (isJsonObject(inner)) return Object.keys(inner).length === 0 ? [] : [inner];
  return typeof inner === "string" && inner !== "" ? [inner] : [];
}
