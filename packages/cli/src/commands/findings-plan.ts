import { changeRequestMarkdown } from "../change-request-markdown.ts";
import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { refused } from "../refused.ts";

/** `findings plan ID`: a finding's plan as a change request that can leave Ephor. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { args, values, io } = invocation;
  const format = text(values, "format") ?? "md";
  if (format !== "md" && format !== "json") {
    io.say("ephor: expected --format to be md or json");
    return EXIT.usage;
  }
  const client = clientOf(invocation);
  if (!client.ok) return refused(invocation, client.error);
  const shown = await client.value.showPlan(args[0] ?? "");
  if (!shown.ok) return refused(invocation, shown.error);
  if (format === "json") await printJson(invocation, shown.value);
  else await io.out(changeRequestMarkdown(shown.value));
  return EXIT.done;
}
