import { existsSync } from "node:fs";
import { type StoredLedger, type StoredLog, verifyStoredLedger } from "@ephor/app/verify-stored-ledger";
import type { LedgerReport } from "@ephor/domain/ledger/verify";
import { openSqliteReadOnly } from "@ephor/local/sqlite/open-sqlite";
import { databaseIn, verifierKeysIn } from "@ephor/node/data-folder";
import { readVerifierKeys, tenantOfOrigin } from "@ephor/node/ledger-signer";
import { EXIT, type ExitCode, flag, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";
import { dataFolderOf } from "../settings.ts";

type TenantReport = LedgerReport & { readonly tenant: string };

/** Checks the ledgers of a data folder, with or without a node that runs on it. Exit 1 when one is not as it was signed. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const folder = dataFolderOf(invocation);
  const wanted = text(invocation.values, "tenant");
  if (!existsSync(databaseIn(folder))) return noLedger(invocation, folder);
  const named = namedLogs(folder);
  const opened = openSqliteReadOnly(databaseIn(folder));
  if (!opened.ok) return refused(invocation, opened.error);
  const { stored: ledger, close } = opened.value;
  const reports: TenantReport[] = [];
  try {
    const logs = allLogs(ledger, named).filter(({ tenant }) => wanted === undefined || tenant === wanted);
    for (const log of logs) reports.push({ tenant: log.tenant, ...(await verifyStoredLedger(ledger, log)) });
  } finally {
    close();
  }
  return reports.length === 0 ? noLedger(invocation, folder) : tell(invocation, reports);
}

function noLedger({ io, values }: Invocation, folder: string): ExitCode {
  const wanted = text(values, "tenant");
  const what = wanted === undefined ? "no ledger" : `no ledger of ${wanted}`;
  io.say(`ephor: ${folder}: ${what} there; name the data folder by --data or EPHOR_DATA`);
  return EXIT.usage;
}

/** The logs that the key file names, by origin; one that changed its key has several. */
function namedLogs(folder: string): readonly StoredLog[] {
  const keysOf = Map.groupBy(readVerifierKeys(verifierKeysIn(folder)), ({ name }) => name);
  return [...keysOf].map(([origin, keys]) => ({ tenant: tenantOfOrigin(origin), origin, keys }));
}

/** With those that are stored under a name of which there is no key: nothing vouches for their records. */
function allLogs(ledger: StoredLedger, named: readonly StoredLog[]): readonly StoredLog[] {
  const known = new Set(named.map(({ tenant }) => tenant));
  const others = ledger.tenants().filter((tenant) => !known.has(tenant));
  return [...named, ...others.map((tenant) => ({ tenant, origin: tenant, keys: [] }))];
}

async function tell(invocation: Invocation, reports: readonly TenantReport[]): Promise<ExitCode> {
  const { io, values } = invocation;
  const bad = reports.find((report) => !report.ok);
  const records = reports.reduce((sum, report) => sum + report.records, 0);
  const shown = bad ?? reports[0];
  const firstBad = bad?.firstBad === undefined ? {} : { firstBad: { tenant: bad.tenant, ...bad.firstBad } };
  if (flag(values, "json") || !io.isTty) {
    await printJson(invocation, {
      ok: bad === undefined,
      records,
      decisions: reports.reduce((sum, report) => sum + report.decisions, 0),
      unsigned: reports.reduce((sum, report) => sum + report.unsigned, 0),
      checkpoint: shown?.checkpoint ?? null,
      ...firstBad,
      ledgers: reports,
    });
  } else {
    for (const report of reports) await io.out(`${lineOf(report)}\n`);
  }
  return bad === undefined ? EXIT.done : EXIT.failed;
}

const decisionsIn = ({ decisions }: TenantReport): string =>
  decisions === 1 ? "1 decision among them signed" : `${decisions} decisions among them signed`;

function lineOf(report: TenantReport): string {
  const signed =
    report.checkpoint === null
      ? "no checkpoint"
      : `signed up to ${report.checkpoint.size} as ${report.checkpoint.origin}`;
  if (report.firstBad === undefined) {
    const line = `${report.tenant}: ${report.records} records good, ${decisionsIn(report)}, ${signed}`;
    if (report.unsigned === 0) return line;
    return `${line}; ${report.unsigned} records after the last signature only agree with the stored head`;
  }
  return `${report.tenant}: record ${report.firstBad.seq} is bad: ${report.firstBad.message} (${report.records} good before it)`;
}
