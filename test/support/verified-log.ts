import { checkPages, type StoredEntry } from "@ephor/domain/ledger/check-page";
import { type LedgerReport, verifyLedger } from "@ephor/domain/ledger/verify";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import type { aWorld } from "../workflows/world.ts";

type World = Pick<Awaited<ReturnType<typeof aWorld>>, "ledger" | "verifierKeys" | "adminToken" | "node">;

/** The whole log of a world as `ledger verify` judges it, after its newest records were signed. */
export async function verifiedLog(world: World): Promise<LedgerReport> {
  const headers = { authorization: `Bearer ${await world.adminToken()}` };
  const asked = new Request("http://node/v1/ledger/checkpoint", { headers });
  const note = await (await world.node().api.fetch(asked, { address: "127.0.0.1" })).text();
  const [tenant, keys] = [DEFAULT_TENANT, world.verifierKeys()];
  const { size } = await world.ledger().head(tenant);
  const pages: (readonly StoredEntry[])[] = [];
  for (let from = 0; from < size; from += 50)
    pages.push(await world.ledger().entries({ tenant, from, limit: Math.min(50, size - from) }));
  const origin = keys.find(({ name }) => name.endsWith(`/${tenant}`))?.name ?? "";
  return verifyLedger({ origin, keys, pages: checkPages(pages, { tenant, keys }), checkpoints: [note] });
}
