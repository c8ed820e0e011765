import { writeSync } from "node:fs";
import type { Write } from "@ephor/app/ports";
import { EphorException } from "@ephor/domain/error";
import { DEFAULT_TENANT as tenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";

/*
 * Writes transactions to the store that the first argument names until it is killed or one fails, many at a time, and
 * says which are done: `done <n>`, or `failed <n> <code>`. Each is two items and a record.
 */

const IN_FLIGHT = 40;
const filler = "x".repeat(500);
const [file = "", first = "0"] = process.argv.slice(2);

const opened = openSqlite({ file, clock: { now: () => timestamp(Date.now()) } });
if (!opened.ok) throw new EphorException(opened.error);
const { store } = opened.value;

const put = (n: number, sk: string): Write => {
  const item = { tenant, pk: `p${n}`, sk, v: 1, data: { n, filler } };
  return { kind: "put", item, when: { kind: "absent" } };
};

let next = Number(first);
let hasFailed = false;

async function writeOn(): Promise<void> {
  while (!hasFailed) {
    const n = next++;
    const record = { tenant, id: `rec_${n}`, leaf: `{"n":${n}}`, sealed: {} } as const;
    try {
      await store.transact([put(n, "a"), { kind: "append", record }, put(n, "b")]);
      writeSync(1, `done ${n}\n`);
    } catch (error) {
      hasFailed = true;
      writeSync(1, `failed ${n} ${error instanceof EphorException ? error.error.code : String(error)}\n`);
    }
  }
}

await Promise.all(Array.from({ length: IN_FLIGHT }, writeOn));
