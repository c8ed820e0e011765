import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { listPages } from "../list-pages.ts";
import { printList } from "../output.ts";
import { refused } from "../refused.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const items = await listPages(invocation, { filters: [], list: client.value.listTokens });
  if (!items.ok) return refused(invocation, items.error);
  await printList(invocation, {
    items: items.value,
    columns: {
      id: (token) => token.id,
      name: (token) => token.name,
      role: (token) => token.role,
      created: (token) => token.createdAt,
      "created by": (token) => token.createdBy,
      expires: (token) => token.expiresAt,
      revoked: (token) => token.revokedAt,
    },
    empty: "No tokens.",
  });
  return EXIT.done;
}
