import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";
import { readTime, TIME_FORM } from "../time-option.ts";

/** Asks for an exception; people decide on it (`ephor approvals list`). */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { values, io, args } = invocation;
  const [reason, expires] = [text(values, "reason"), text(values, "expires")];
  const expiresAt = expires === undefined ? undefined : readTime(expires);
  if (reason === undefined || expiresAt === undefined) {
    io.say(`ephor: --reason TEXT and --expires T are needed; T is ${TIME_FORM}`);
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
  if (!asked.ok) return refused(invocation, asked.error);
  await printJson(invocation, asked.value);
  return EXIT.done;
}
