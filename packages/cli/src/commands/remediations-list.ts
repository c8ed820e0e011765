import { remediations } from "@ephor/remediations/catalogue";
import { remediationLine } from "@ephor/remediations/remediation-line";
import { EXIT, type ExitCode, type Invocation } from "../command.ts";
import { printList } from "../output.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  await printList(invocation, {
    items: remediations.map(remediationLine),
    columns: {
      id: ({ id }) => id,
      risk: ({ risk }) => risk,
      "way back": ({ reversible }) => (reversible ? "yes" : "no"),
      title: ({ title }) => title,
    },
    empty: "No remediations.",
  });
  return EXIT.done;
}
