import type { ExceptionLine } from "@ephor/api/use-cases";
import { escapeMarkdown } from "@ephor/domain/escape";
import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, flag, type Invocation } from "../command.ts";
import { listPages } from "../list-pages.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";

/** The register of exceptions: every one there ever was, with who asked, who decided and how it ended. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io, values } = invocation;
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const all = { ...invocation, values: { ...values, all: true } };
  const listed = await listPages(all, { filters: [], list: client.value.listExceptions });
  if (!listed.ok) return refused(invocation, listed.error);
  const { items } = listed.value;
  if (flag(values, "md")) await io.out(register(items));
  else await printJson(invocation, items);
  return EXIT.done;
}

const COLUMNS: Readonly<Record<string, (exception: ExceptionLine) => string>> = {
  Id: ({ id }) => id,
  State: ({ state }) => state,
  Detection: ({ scope }) => scope.detection,
  Account: ({ scope }) => scope.account ?? "any",
  Resource: ({ scope }) => scope.resource ?? "any",
  Risk: ({ risk }) => risk,
  Reason: ({ reason }) => reason,
  "Asked by": ({ requester }) => requester,
  Requested: ({ requestedAt }) => requestedAt,
  "Approved by": ({ approvedBy }) => approvedBy.join(", ") || "nobody",
  Expires: ({ expiresAt }) => expiresAt,
  Ended: ({ endedAt, endedBy }) => (endedAt === null ? "" : `${endedAt} by ${endedBy ?? "Ephor"}`),
  "Why it ended": ({ endReason = "" }) => endReason,
};

function register(items: readonly ExceptionLine[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const names = Object.keys(COLUMNS);
  const rows = items.map((item) => line(Object.values(COLUMNS).map((read) => escapeMarkdown(read(item)))));
  const counts = `${items.length} in all, ${items.filter(({ state }) => state === "active").length} active.`;
  return ["# Register of exceptions", "", counts, "", line(names), line(names.map(() => "---")), ...rows, ""].join(
    "\n",
  );
}
