import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";
import { isRole, ROLES_EXPECTED } from "../role-option.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, values, io } = invocation;
  const role = text(values, "role") ?? "viewer";
  const days = text(values, "days");
  const tenant = text(values, "tenant");
  const person = text(values, "person");
  if (!isRole(role) || (days !== undefined && !/^[1-9]\d{0,2}$/.test(days))) {
    io.say(`ephor: expected --role to be ${ROLES_EXPECTED} and --days a number from 1 to 365`);
    return EXIT.usage;
  }
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const made = await client.value.createToken({
    name: args[0] ?? "",
    role,
    ...(days === undefined ? {} : { days: Number(days) }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(person === undefined ? {} : { person }),
  });
  if (!made.ok) return refused(invocation, made.error);
  await printJson(invocation, made.value);
  return EXIT.done;
}
