import type { Resource } from "@ephor/domain/finding";
import type { Event } from "@ephor/events/envelope";
import { tellCall } from "./call.ts";
import type { Told } from "./define-detection.ts";
import { shown } from "./shorten.ts";

/** With whom an image or a snapshot was newly shared, beside its own account. */
export type Sharing = { readonly everyone: boolean; readonly others: readonly string[] };

/** `names`: account ids, ARNs of organizations or their units, and `all` for everyone. */
export function sharingOf(names: readonly string[], ownAccount: string): Sharing {
  return { everyone: names.includes("all"), others: names.filter((name) => name !== "all" && name !== ownAccount) };
}

export const isShared = ({ everyone, others }: Sharing): boolean => everyone || others.length > 0;

/** What is shared with everyone can no longer be called back: critical. */
export function tellSharing(
  event: Event,
  { what, resource, sharing }: { readonly what: string; readonly resource: Resource; readonly sharing: Sharing },
): Told | null {
  const { everyone, others } = sharing;
  const told = tellCall(event, {
    resource,
    title: `${what} ${shown(resource.id)} shared with ${everyone ? "everyone" : shown(others.join(", "))}`,
    evidence: { everyone, others },
  });
  return told !== null && everyone ? { ...told, severity: "critical" } : told;
}
