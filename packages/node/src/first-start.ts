import { existsSync, readFileSync } from "node:fs";
import type { ApiTokens } from "@ephor/app/api-tokens";
import type { Sessions } from "@ephor/app/sessions";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { writePrivate } from "./data-folder.ts";

const ADMIN = { tenant: DEFAULT_TENANT, role: "admin" } as const;
const DAYS = 365;

/**
 * Makes sure that somebody can come in: an admin token in a file of mode 0600 and, where it had to be made, one sign-in
 * link (interfaces.md). There is no default password. Gives the path of the link, or null.
 */
export async function welcome(
  d: { readonly tokens: ApiTokens; readonly sessions: Sessions },
  { file, correlationId }: { file: string; correlationId: string },
): Promise<string | null> {
  const known = existsSync(file) ? await d.tokens.verify(readFileSync(file, "utf8").trim()) : undefined;
  if (known?.ok) return null;
  const { secret } = await d.tokens.create({
    ...ADMIN,
    name: "admin",
    createdBy: "first-start",
    days: DAYS,
    correlationId,
  });
  writePrivate(file, `${secret}\n`);
  const link = await d.sessions.createLink({ ...ADMIN, subject: "admin", createdBy: "first-start", correlationId });
  return `/sign-in/${link.text}`;
}
