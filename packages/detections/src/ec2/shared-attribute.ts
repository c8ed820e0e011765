import type { Event } from "@ephor/events/envelope";
import { requestParameters } from "@ephor/events/sources/cloudtrail-read";
import { textAt } from "@ephor/events/sources/read";
import { membersAt } from "../call.ts";
import { type Sharing, sharingOf } from "../sharing.ts";

const NAMES = ["userId", "group", "organizationArn", "organizationalUnitArn"];

/** Whom ModifyImageAttribute or ModifySnapshotAttribute lets in, by the permission it changes. */
export function addedTo(event: Event, permission: "launchPermission" | "createVolumePermission"): Sharing {
  const added = membersAt(requestParameters(event), `${permission}.add`);
  const names = added.flatMap((member) => NAMES.flatMap((name) => textAt(member, name) ?? []));
  return sharingOf(names, event.account);
}
