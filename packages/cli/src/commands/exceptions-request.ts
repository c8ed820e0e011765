import type { EphorError } from "@ephor/domain/error";
import { timestamp } from "@ephor/domain/time";
import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";
import { readTime, TIME_FORM } from "../time-option.ts";

const HOUR_MS = 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = { h: HOUR_MS, d: 24 * HOUR_MS };
const SPAN = /^(?<count>\d{1,4})(?<unit>[hd])$/;
const OPTION_OF: Readonly<Record<string, string>> = { expiresAt: "expires" };

/** When it ends: a time, or so many hours or days from now, `12h` or `30d`. */
export function readEnd(given: string, nowMs: number): ReturnType<typeof readTime> {
  const { count, unit = "" } = SPAN.exec(given)?.groups ?? {};
  const unitMs = UNIT_MS[unit];
  return count === undefined || unitMs === undefined ? readTime(given) : timestamp(nowMs + Number(count) * unitMs);
}

/** The part of the request as it stands on the command line. */
function asAsked(error: EphorError): EphorError {
  const name = error.path?.split("/").at(-1);
  return name === undefined ? error : { ...error, path: `/${OPTION_OF[name] ?? name}` };
}

/** Asks for an exception; people decide on it (`ephor approvals list`). */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { values, io, args } = invocation;
  const [reason, expires] = [text(values, "reason"), text(values, "expires")];
  const expiresAt = expires === undefined ? undefined : readEnd(expires, Date.now());
  if (reason === undefined || expiresAt === undefined) {
    io.say(`ephor: --reason TEXT and --expires T are needed; T is ${TIME_FORM}, or 30d or 12h from now`);
    return EXIT.usage;
  }
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const [account, resource] = [text(values, "account"), text(values, "resource")];
  const scope = {
    detection: args[0] ?? "",
    ...(account === undefined ? {} : { account }),
    ...(resource === undefined ? {} : { resource }),
  };
  const risk = text(values, "risk") ?? "medium";
  const asked = await client.value.requestException({ scope, reason, risk, expiresAt });
  if (!asked.ok) return refused(invocation, asAsked(asked.error));
  await printJson(invocation, asked.value);
  return EXIT.done;
}
