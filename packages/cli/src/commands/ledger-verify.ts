import { existsSync } from "node:fs";
import { type StoredLog, verifyStoredLedger } from "@ephor/app/verify-stored-ledger";
import type { LedgerReport } from "@ephor/domain/ledger/verify";
import { isTenant } from "@ephor/domain/tenant";
import { openSqliteReadOnly } from "@ephor/local/sqlite/open-sqlite";
import { databaseIn, verifierKeysIn } from "@ephor/node/data-folder";
import { readVerifierKeys, tenantOfOrigin } from "@ephor/node/ledger-signer";
import { EXIT, type ExitCode, flag, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";
import { dataFolderOf } from "../settings.ts";

/** Checks the ledgers of a data folder, with or without a node that runs on it. Exit 1 when one is not as it was signed. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const folder = dataFolderOf(invocation);
  const wanted = text(invocation.values, "tenant");
  const logs = logsIn(folder).filter(({ tenant }) => wanted === undefined || tenant === wanted);
  if (!existsSync(databaseIn(folder)) || logs.length === 0) {
    invocation.io.say(
      `ephor: ${folder}: no ledger${wanted === undefined ? "" : ` of ${wanted}`} there; name the data folder by --data or EPHOR_DATA`,
    );
    return EXIT.usage;
  }
  const opened = openSqliteReadOnly(databaseIn(folder));
  if (!opened.ok) return refused(invocation, opened.error);
  const reports: (LedgerReport & { tenant: string })[] = [];
  try {
    for (const log of logs)
      reports.push({ tenant: log.tenant, ...(await verifyStoredLedger(opened.value.ledger, log)) });
  } finally {
    opened.value.close();
  }
  return tell(invocation, reports);
}

function logsIn(folder: string): readonly StoredLog[] {
  return readVerifierKeys(verifierKeysIn(folder)).flatMap((key) => {
    const tenant = tenantOfOrigin(key.name);
    return isTenant(tenant) ? [{ tenant, origin: key.name, keys: [key] }] : [];
  });
}

async function tell(
  invocation: Invocation,
  reports: readonly (LedgerReport & { tenant: string })[],
): Promise<ExitCode> {
  const { io, values } = invocation;
  const bad = reports.find((report) => !report.ok);
  const records = reports.reduce((sum, report) => sum + report.records, 0);
  const shown = bad ?? reports[0];
  const firstBad = bad?.firstBad === undefined ? {} : { firstBad: { tenant: bad.tenant, ...bad.firstBad } };
  if (flag(values, "json") || !io.isTty) {
    await printJson(invocation, {
      ok: bad === undefined,
      records,
      checkpoint: shown?.checkpoint ?? null,
      ...firstBad,
      ledgers: reports,
    });
  } else {
    for (const report of reports) await io.out(`${lineOf(report)}\n`);
  }
  return bad === undefined ? EXIT.done : EXIT.failed;
}

function lineOf(report: LedgerReport & { tenant: string }): string {
  const signed =
    report.checkpoint === null
      ? "no checkpoint"
      : `signed up to ${report.checkpoint.size} as ${report.checkpoint.origin}`;
  if (report.firstBad === undefined) return `${report.tenant}: ${report.records} records good, ${signed}`;
  return `${report.tenant}: record ${report.firstBad.seq} is bad: ${report.firstBad.message} (${report.records} good before it)`;
}
