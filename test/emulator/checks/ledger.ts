import { GetPublicKeyCommand } from "@aws-sdk/client-kms";
import { checkPage, type StoredEntry } from "@ephor/domain/ledger/check-page";
import { openCheckpoint } from "@ephor/domain/ledger/checkpoint";
import { DecisionsSeen } from "@ephor/domain/ledger/decisions-seen";
import { decodeEntries } from "@ephor/domain/ledger/entry-bundle";
import { equalBytes, fromBase64, leafHash } from "@ephor/domain/ledger/hash";
import { verifierKey } from "@ephor/domain/ledger/ledger-key";
import { merkleRoot } from "@ephor/domain/ledger/merkle";
import { verifyInclusion } from "@ephor/domain/ledger/proof";
import { tilePath, tilesOf } from "@ephor/domain/ledger/tiles";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { answerOf, type Check, must, type World } from "./check.ts";
import { deployedFindings } from "./same-findings.ts";

const ED25519_BYTES = 32;

/** What a checkpoint says, its signature held against the public key that KMS gives out. */
async function opened({ system }: World, note: string) {
  const KeyId = String(system.deployed.outputsOf("Key-ledger-key")["arn"]);
  const { PublicKey } = await system.clients.kms.send(new GetPublicKeyCommand({ KeyId }));
  const key = verifierKey({
    name: note.split("\n")[0] ?? "",
    bytes: (PublicKey ?? new Uint8Array()).slice(-ED25519_BYTES),
  });
  return { ...answerOf(openCheckpoint(note, { origin: key.name, keys: [key] })), key };
}

/** The newest checkpoint that the API shows. */
const signedHead = async (world: World) => opened(world, answerOf(await world.system.api.ledgerCheckpoint()));

export const ledgerSize = async (world: World): Promise<number> => (await signedHead(world)).size;

async function leavesOf({ system }: World, size: number): Promise<readonly Uint8Array[]> {
  const leaves: Uint8Array[] = [];
  for (const tile of tilesOf(size)) {
    if (tile.kind !== "entries") continue;
    leaves.push(...answerOf(decodeEntries(answerOf(await system.api.ledgerTile(tilePath(tile).replace("tile/", ""))))));
  }
  return leaves;
}

export type Leaf = {
  readonly did: string;
  readonly entity_type: string;
  readonly this: string;
  readonly parent?: string;
  readonly plan_hash?: string;
};

/**
 * Every record of the log, and how many are decisions: the tiles and the last proof hold against the root that KMS's key
 * has signed, each record against the rules of its form, each decision against that key as well, and none stands twice.
 */
export async function verifiedRecords(world: World): Promise<{ records: readonly Leaf[]; decisions: number }> {
  const { size, root, key } = await signedHead(world);
  const leaves = await leavesOf(world, size);
  must(leaves.length === size, `${leaves.length} entries are served of ${size} that are signed`);
  must(equalBytes(merkleRoot(leaves.map(leafHash)), root), "the entries do not give the root that is signed");
  const page = checkPage(entriesOf(leaves), { from: 0, tenant: DEFAULT_TENANT, keys: [key] });
  const { bad, decisions } = new DecisionsSeen().upToRepeat(page);
  must(bad === undefined, `record ${bad?.seq}: ${bad?.message}`);
  const last = answerOf(await world.system.api.ledgerRecord(size - 1));
  const proof = last.inclusion_proof.map((hash) => fromBase64(hash) ?? new Uint8Array());
  const leaf = leafHash(leaves[size - 1] ?? new Uint8Array());
  // Records may have come since: the proof leads to the checkpoint beside it.
  const head = await opened(world, last.checkpoint);
  const isProven = verifyInclusion({ index: size - 1, size: head.size, leaf, root: head.root }, proof);
  must(isProven, "the last record's proof does not hold");
  const records = leaves.map((bytes): Leaf => JSON.parse(Buffer.from(bytes).toString("utf8")));
  return { records, decisions: decisions.length };
}

async function verify(world: World): Promise<string> {
  const { records, decisions } = await verifiedRecords(world);
  const found = new Set(records.filter(({ did }) => did === "opened").map((record) => record.this));
  const findings = await deployedFindings(world);
  const silent = findings.filter(({ id }) => !found.has(id));
  must(silent.length === 0, `${silent.length} findings have no record that they were opened`);
  return `${records.length} records under one signed root, ${decisions} decisions signed, one that says "opened" for each of ${findings.length} findings`;
}

/** As whoever has the tiles alone sees them: what stands beside a leaf is not there. */
const entriesOf = (leaves: readonly Uint8Array[]): readonly StoredEntry[] =>
  leaves.map((bytes, seq) => {
    const leaf = Buffer.from(bytes).toString("utf8");
    return { seq, id: String(JSON.parse(leaf).id), leaf, sealed: null };
  });

export const LEDGER: readonly Check[] = [
  { name: "the ledger verifies from its tiles and KMS's public key alone", run: verify },
];
