import type { Sessions } from "@ephor/app/sessions";
import { EphorException, ephorError } from "@ephor/domain/error";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { tenant } from "@ephor/tasks/payloads";
import { z } from "zod";

type Deps = {
  readonly links: Pick<Sessions, "createLink">;
  readonly publicUrl: string;
  readonly correlationId: string;
};

const asks = z.strictObject({ tenant: tenant.default(DEFAULT_TENANT) });

/**
 * A link that signs in once, within a day, as an admin of `tenant` (`default` unless told): how the first person comes in.
 * Who may invoke the function is AWS's to say; that a link was made is in the ledger. Throws `input.invalid`.
 */
export async function signInLink(d: Deps, asked: unknown): Promise<{ url: string; expiresAt: string }> {
  const parsed = asks.safeParse(asked ?? {});
  if (!parsed.success) throw new EphorException(ephorError("input.invalid", 'expected {} or {"tenant": "<name>"}'));
  const { text, expiresAt } = await d.links.createLink({
    ...{ tenant: parsed.data.tenant, role: "admin", subject: "admin" },
    ...{ createdBy: "sign-in-link", correlationId: d.correlationId },
  });
  return { url: `${d.publicUrl}/sign-in/${text}`, expiresAt };
}
