import { GetPublicKeyCommand } from "@aws-sdk/client-kms";
import { checkPage, type StoredEntry } from "@ephor/domain/ledger/check-page";
import { openCheckpoint } from "@ephor/domain/ledger/checkpoint";
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

/** The checkpoint that the API shows, its signature held against the public key that KMS gives out, and that key. */
async function signedHead({ system }: World) {
  const note = answerOf(await system.api.ledgerCheckpoint());
  const KeyId = String(system.deployed.outputsOf("Key-ledger-key")["arn"]);
  const { PublicKey } = await system.clients.kms.send(new GetPublicKeyCommand({ KeyId }));
  const key = verifierKey({
    name: note.split("\n")[0] ?? "",
    bytes: (PublicKey ?? new Uint8Array()).slice(-ED25519_BYTES),
  });
  return { key, ...answerOf(openCheckpoint(note, { origin: key.name, keys: [key] })) };
}

export const ledgerSize = async (world: World): Promise<number> => (await signedHead(world)).size;

async function leavesOf({ system }: World, size: number): Promise<readonly Uint8Array[]> {
  const leaves: Uint8Array[] = [];
  for (const tile of tilesOf(size)) {
    if (tile.kind !== "entries") continue;
    leaves.push(...answerOf(decodeEntries(answerOf(await system.api.ledgerTile(tilePath(tile).replace("tile/", ""))))));
  }
  return leaves;
}

async function verify(world: World): Promise<string> {
  const { size, root, key } = await signedHead(world);
  const leaves = await leavesOf(world, size);
  must(leaves.length === size, `${leaves.length} entries are served of ${size} that are signed`);
  must(equalBytes(merkleRoot(leaves.map(leafHash)), root), "the entries do not give the root that is signed");
  const { bad, decisions } = checkPage(entriesOf(leaves), { from: 0, tenant: DEFAULT_TENANT, keys: [key] });
  must(bad === undefined, `record ${bad?.seq}: ${bad?.message}`);
  const last = answerOf(await world.system.api.ledgerRecord(size - 1));
  const proof = last.inclusion_proof.map((hash) => fromBase64(hash) ?? new Uint8Array());
  const leaf = leafHash(leaves[size - 1] ?? new Uint8Array());
  must(verifyInclusion({ index: size - 1, size, leaf, root }, proof), "the last record's proof does not hold");
  const opened = openedIn(leaves);
  const findings = await deployedFindings(world);
  const silent = findings.filter(({ id }) => !opened.has(id));
  must(silent.length === 0, `${silent.length} findings have no record that they were opened`);
  return `${size} records under one signed root, ${decisions.length} decisions signed, one that says "opened" for each of ${findings.length} findings`;
}

/** As whoever has the tiles alone sees them: what stands beside a leaf is not there. */
const entriesOf = (leaves: readonly Uint8Array[]): readonly StoredEntry[] =>
  leaves.map((bytes, seq) => {
    const leaf = Buffer.from(bytes).toString("utf8");
    return { seq, id: String(JSON.parse(leaf).id), leaf, sealed: null };
  });

function openedIn(leaves: readonly Uint8Array[]): ReadonlySet<string> {
  const records = leaves.map((leaf): { did: string; this: string } => JSON.parse(Buffer.from(leaf).toString("utf8")));
  return new Set(records.filter(({ did }) => did === "opened").map((record) => record.this));
}

export const LEDGER: readonly Check[] = [
  { name: "the ledger verifies from its tiles and KMS's public key alone", run: verify },
];
