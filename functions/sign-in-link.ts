import { sessions } from "@ephor/app/sessions";
import { correlationOf } from "@ephor/domain/correlation";
import { observed } from "@ephor/tasks/handler";
import { config } from "./support/config.ts";
import { machine } from "./support/machine.ts";
import { observe } from "./support/observe.ts";
import { table } from "./support/parts.ts";
import { signInLink } from "./support/sign-in-link.ts";

const instruments = observe("sign-in-link");
const links = sessions({ ...machine, store: table().store });

export const handler = observed(instruments, async (asked: unknown) => {
  const { id: correlationId } = correlationOf({}, machine.random.bytes);
  return signInLink({ links, publicUrl: (await config()).publicUrl, correlationId }, asked);
});
