import type { Actor } from "@ephor/domain/finding";
import type { JsonObject } from "@ephor/domain/json";
import type { Event } from "../envelope.ts";
import { objectAt, textAt } from "./read.ts";

/** Roles that IAM Identity Center makes; only it can open a session of one, under the name of the person. */
const IDENTITY_CENTER_ROLE = /^AWSReservedSSO_/;

type Reader = (identity: JsonObject) => Actor | null;

/** CloudTrail User Guide, "CloudTrail userIdentity element". Types that are not here are read like IAM users. */
const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ["Root", (identity) => actor("Root", { ...seen(identity), id: textAt(identity, "accountId"), name: "root" })],
  ["AssumedRole", assumedRole],
  ["FederatedUser", federatedUser],
  ["AWSService", service],
  ["AWSAccount", otherAccount],
  ["IdentityCenterUser", identityCenterUser],
]);

/**
 * Who did it, as an operator thinks of it: one actor for all the sessions of a role, since session names are chosen by
 * the caller and differ with every run. `id` is the role's unique id (`AROA…`), `arn` the role's, `name` is
 * `role/session` of this event. The sessions of an Identity Center role are persons: there `id` and `arn` are those of
 * the session. A federated user is the IAM user who asked for the federation token. Null where the event names nobody.
 */
export function actorOf(event: Event): Actor | null {
  const identity = objectAt(event.envelope.detail, "userIdentity");
  if (identity === undefined) return null;
  const type = textAt(identity, "type") ?? (textAt(identity, "invokedBy") === undefined ? "Unknown" : "AWSService");
  const reader = READERS.get(type);
  return reader === undefined ? actor(type, seen(identity)) : reader(identity);
}

/** What stands in the identity itself; `id` is the unique id, or the next best thing that tells actors apart. */
function seen(identity: JsonObject): Parts {
  const arn = textAt(identity, "arn");
  const name = textAt(identity, "userName");
  const id = textAt(identity, "principalId") ?? arn ?? name ?? textAt(identity, "accountId");
  return { id, arn, name };
}

function assumedRole(identity: JsonObject): Actor | null {
  const own = seen(identity);
  const session = sessionIn(identity);
  const roleName = textAt(identity, "sessionContext.sessionIssuer.userName") ?? roleNameIn(own.arn);
  const name = [roleName, session].filter((part) => part !== undefined).join("/") || undefined;
  if (roleName !== undefined && IDENTITY_CENTER_ROLE.test(roleName)) return actor("AssumedRole", { ...own, name });
  const id = textAt(identity, "sessionContext.sessionIssuer.principalId") ?? own.id?.split(":")[0];
  return actor("AssumedRole", { id, arn: textAt(identity, "sessionContext.sessionIssuer.arn") ?? own.arn, name });
}

function federatedUser(identity: JsonObject): Actor | null {
  const own = seen(identity);
  const issuer = seen(objectAt(identity, "sessionContext.sessionIssuer") ?? {});
  if (issuer.id === undefined) return actor("FederatedUser", own);
  const name = [issuer.name, own.id?.split(":")[1]].filter((part) => part !== undefined).join("/");
  return actor("FederatedUser", { ...issuer, name: name === "" ? undefined : name });
}

function service(identity: JsonObject): Actor | null {
  const name = textAt(identity, "invokedBy");
  return actor("AWSService", { ...seen(identity), ...(name === undefined ? {} : { id: name, name }) });
}

/** A caller of another account, of whom CloudTrail tells only the account and an unique id. */
function otherAccount(identity: JsonObject): Actor | null {
  const principal = textAt(identity, "principalId")?.split(":")[0];
  const account = textAt(identity, "accountId");
  return actor("AWSAccount", { id: account ?? principal, arn: textAt(identity, "arn"), name: principal });
}

function identityCenterUser(identity: JsonObject): Actor | null {
  const user = textAt(identity, "onBehalfOf.userId");
  return actor("IdentityCenterUser", { ...seen(identity), ...(user === undefined ? {} : { id: user }) });
}

type Parts = { readonly id: string | undefined; readonly arn: string | undefined; readonly name: string | undefined };

function actor(type: string, { id, arn, name }: Parts): Actor | null {
  if (id === undefined) return null;
  return { type, id, ...(arn === undefined ? {} : { arn }), ...(name === undefined ? {} : { name }) };
}

/** `AROA…:session`, else `arn:aws:sts::…:assumed-role/role/session`. */
function sessionIn(identity: JsonObject): string | undefined {
  const principal = textAt(identity, "principalId");
  const colon = principal?.indexOf(":") ?? -1;
  if (principal !== undefined && colon !== -1) return principal.slice(colon + 1);
  return textAt(identity, "arn")?.split("/")[2];
}

const roleNameIn = (arn: string | undefined): string | undefined => arn?.split("/")[1];

/** The session name of an assumed role, e.g. `alice@example.com` or an instance id; undefined for all others. */
export function sessionNameOf(event: Event): string | undefined {
  const identity = objectAt(event.envelope.detail, "userIdentity");
  return textAt(identity, "type") === "AssumedRole" && identity !== undefined ? sessionIn(identity) : undefined;
}

/** The IAM ARN of the role whose session acted. */
export const roleArnOf = (event: Event): string | undefined =>
  textAt(event.envelope.detail, "userIdentity.type") === "AssumedRole"
    ? textAt(event.envelope.detail, "userIdentity.sessionContext.sessionIssuer.arn")
    : undefined;
