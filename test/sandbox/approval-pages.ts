import { readFileSync } from "node:fs";
import type { ApiClient } from "@ephor/api/client";
import { type ApprovalLinks, approvalLinks } from "@ephor/app/approval-links";
import { parseApprovalId } from "@ephor/domain/ids";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { parseTimestamp } from "@ephor/domain/time";
import { linkKeyIn } from "@ephor/node/data-folder";

/** A link as one person would get it in a message, with the code that stands beside it there. */
export type AskedPerson = { readonly person: string; readonly url: string; readonly code: string };
export type OpenApproval = {
  readonly id: string;
  readonly title: string;
  /** How many must approve. */
  readonly needed: number;
  readonly asked: readonly AskedPerson[];
};

/** Every approval that waits, with the links of those who decide. Without a channel nobody is sent any. */
export async function openApprovals(of: {
  client: ApiClient;
  url: string;
  data: string;
}): Promise<readonly OpenApproval[]> {
  const listed = await of.client.listApprovals({ state: "pending" });
  if (!listed.ok) throw new Error(listed.error.message);
  const key = Buffer.from(readFileSync(linkKeyIn(of.data), "utf8"), "base64url");
  const links = approvalLinks({ key });
  return Promise.all(
    listed.value.items.map(async ({ id, title, approvalsNeeded: needed, expiresAt }) => {
      const shown = await of.client.showApproval(id);
      if (!shown.ok) throw new Error(shown.error.message);
      const asked = shown.value.asked.map((person) => linkOf(links, { url: of.url, id, person, expiresAt }));
      return { id, title, needed, asked };
    }),
  );
}

type Scope = { readonly url: string; readonly id: string; readonly person: string; readonly expiresAt: string };

function linkOf(links: ApprovalLinks, { url, id, person, expiresAt }: Scope): AskedPerson {
  const [approvalId, until] = [parseApprovalId(id), parseTimestamp(expiresAt)];
  if (approvalId === undefined || until === undefined) throw new Error(`${id} is no approval that expires`);
  const { token, code } = links.linkFor({ tenant: DEFAULT_TENANT, approvalId, person, expiresAt: until });
  return { person, url: `${url}/approve/${token}`, code };
}

/**
 * Opens a person's link and approves what it shows, as a browser without JavaScript does. Gives whether that was a decision:
 * once enough have decided, the page asks nobody else.
 */
export async function approveAs({ url, code }: AskedPerson): Promise<boolean> {
  const page = await (await fetch(url)).text();
  const [, nonce = ""] = /name="nonce" value="([^"]*)"/.exec(page) ?? [];
  if (nonce === "") return false;
  const [, asked] = /Exactly <code>(.*?)<\/code>/.exec(page) ?? [];
  const name = asked?.replaceAll(/<[^>]*>/g, "");
  const body = new URLSearchParams({ decision: "approve", reason: "seen in the sandbox", nonce, typed: name ?? code });
  const { status } = await fetch(url, { method: "POST", body, redirect: "manual" });
  if (status !== 303) throw new Error(`the decision was answered with ${status}`);
  return true;
}
