import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";
import { isRole, ROLES_EXPECTED } from "../role-option.ts";

/** Makes a link that signs in once, as the first start of a node does where nothing else is told. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { values, io } = invocation;
  const role = text(values, "role") ?? "admin";
  const tenant = text(values, "tenant");
  const person = text(values, "person");
  if (!isRole(role)) {
    io.say(`ephor: expected --role to be ${ROLES_EXPECTED}`);
    return EXIT.usage;
  }
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const made = await client.value.createSignInLink({
    ...{ role, subject: text(values, "subject") ?? person ?? "admin" },
    ...(tenant === undefined ? {} : { tenant }),
    ...(person === undefined ? {} : { person }),
  });
  if (!made.ok) return refused(invocation, made.error);
  await printJson(invocation, made.value);
  return EXIT.done;
}
