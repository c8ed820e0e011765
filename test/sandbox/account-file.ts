import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { victimClients } from "../emulator/remediations/victim-clients.ts";
import { REGION } from "./careless-account.ts";
import { ACT_KINDS, LOOKS } from "./still-stands.ts";

const BYTES_MAX = 100_000;
const fileSchema = z.strictObject({
  endpoint: z.url({ protocol: /^http$/, hostname: /^127\.0\.0\.1$/ }),
  acts: z.array(z.strictObject({ kind: z.enum(ACT_KINDS), what: z.string(), resource: z.string() })).max(100),
});

/** Where the emulator answers and what was done there, so that a second process can look. */
export type AccountFile = z.output<typeof fileSchema>;
export type Seen = AccountFile["acts"][number] & { readonly stands: boolean };

export function writeAccountFile(file: string, { endpoint, acts }: AccountFile): void {
  const told = acts.map(({ kind, what, resource }) => ({ kind, what, resource }));
  writeFileSync(file, JSON.stringify({ endpoint, acts: told }));
}

/** Throws a sentence where it is none that the sandbox wrote. */
export function readAccountFile(file: string): AccountFile {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, "utf8").slice(0, BYTES_MAX)));
  } catch {
    throw new Error(`expected the file that a running sandbox names, found nothing of the kind at ${file}`);
  }
}

/** Asks the account itself about each careless act. Throws where it does not answer. */
export async function lookAt({ endpoint, acts }: AccountFile): Promise<readonly Seen[]> {
  const clients = victimClients({ endpoint, region: REGION });
  return Promise.all(
    acts.map(async (act) => ({ ...act, stands: await LOOKS[act.kind].stands(clients, act.resource) })),
  );
}
