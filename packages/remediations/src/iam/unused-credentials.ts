import type { AwsCall } from "@ephor/domain/aws-call";
import type { Read, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { addSeconds, parseTimestamp, type Timestamp } from "@ephor/domain/time";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";
import { type AccessKey, keyStatusSchema, listKeys } from "./access-key.ts";
import { GONE, type Principal, principalInput, readPrincipal } from "./principal.ts";

/** Security Hub, IAM.8. */
const UNUSED_DAYS_MIN = 90;
const DAY_SECONDS = 86_400;

export const unusedSchema = z.strictObject({
  /** When the finding was last seen: what "unused for" is counted to. */
  asOf: z.string(),
  unusedDaysMin: z.number(),
  /** The console password, if there is one that was not used for so long. */
  password: z.strictObject({ unusedSince: z.string() }).nullable(),
  /** Keys that were not used for so long; those in use are none of this one's business. */
  keys: z.array(z.strictObject({ id: z.string(), status: keyStatusSchema, unusedSince: z.string() })),
});
export type Unused = z.infer<typeof unusedSchema>;

const usedSchema = z.object({
  AccessKeyLastUsed: z.object({ LastUsedDate: z.iso.datetime({ offset: true }).optional() }),
});
const passwordSchema = z.object({ LoginProfile: z.object({ CreateDate: z.iso.datetime({ offset: true }) }) });

/** The latest of the times at which a credential was made or used; undefined where one of them cannot be read. */
function latest(times: readonly (string | undefined)[]): Timestamp | undefined {
  const read = times.flatMap((time) => (time === undefined ? [] : [parseTimestamp(time)]));
  return read.reduce((last, time) =>
    last === undefined || time === undefined ? undefined : last > time ? last : time,
  );
}

type Counted = { readonly since: Timestamp | undefined; readonly limit: Timestamp };
const isUnused = ({ since, limit }: Counted): boolean => since !== undefined && since < limit;

async function unusedKeys(
  aws: AwsCall,
  of: { keys: readonly AccessKey[]; limit: Timestamp },
): Promise<Asked<Unused["keys"]>> {
  const unused: Unused["keys"] = [];
  for (const { id, status, createdAt } of of.keys) {
    const used = await ask(
      aws,
      { service: "iam", operation: "GetAccessKeyLastUsed", input: { AccessKeyId: id } },
      { answer: usedSchema, gone: GONE },
    );
    if (!used.ok) return used;
    const since = latest([createdAt, used.value.AccessKeyLastUsed.LastUsedDate]);
    if (since !== undefined && isUnused({ since, limit: of.limit })) unused.push({ id, status, unusedSince: since });
  }
  return ok(unused.sort((a, b) => (a.id < b.id ? -1 : 1)));
}

async function unusedPassword(
  aws: AwsCall,
  of: { target: RemediationTarget; principal: Principal; limit: Timestamp },
): Promise<Asked<Unused["password"]>> {
  const profile = await ask<z.infer<typeof passwordSchema> | null>(
    aws,
    { service: "iam", operation: "GetLoginProfile", input: principalInput(of.target) },
    { answer: passwordSchema, absent: { codes: GONE, as: null } },
  );
  if (!profile.ok) return profile;
  if (profile.value === null) return ok(null);
  const since = latest([profile.value.LoginProfile.CreateDate, of.principal.PasswordLastUsed]);
  return ok(since !== undefined && isUnused({ since, limit: of.limit }) ? { unusedSince: since } : null);
}

/** The user's credentials that nobody used in the 90 days before the finding was last seen. */
export async function readUnused(aws: AwsCall, of: RemediationTarget): Promise<Asked<Read<Unused>>> {
  const asOf = of.lastSeenAt;
  if (asOf === undefined) return unsupported("nobody says when the finding was last seen");
  const limit = addSeconds(asOf, -UNUSED_DAYS_MIN * DAY_SECONDS);
  const principal = await readPrincipal(aws, of);
  if (!principal.ok) return principal;
  const all = await listKeys(aws, of.resource.id);
  if (!all.ok) return all;
  const unused = await unusedKeys(aws, { keys: all.value, limit });
  if (!unused.ok) return unused;
  const login = await unusedPassword(aws, { target: of, principal: principal.value, limit });
  if (!login.ok) return login;
  const state = { asOf, unusedDaysMin: UNUSED_DAYS_MIN, password: login.value, keys: unused.value };
  return ok({ state, tags: principal.value.Tags });
}
