import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { textAt } from "./read.ts";
import { resourceOf, type ServiceFinding } from "./service-finding.ts";
import { BUDGET_VIA_SNS } from "./sns.ts";

/** AWS Budgets tells its alerts as prose to an SNS topic (AWS Cost Management User Guide, "Creating an SNS topic"). */
export const BUDGETS = defineSource({
  kind: "budgets",
  source: "aws.budgets",
  detailTypes: [BUDGET_VIA_SNS],
  schema: z.object({ message: requiredText }),
});

/** What stands after `<label>:` on a line of its own in the notification. */
export function budgetLine(event: Event, label: string): string | undefined {
  const lines = (textAt(event.envelope.detail, "message") ?? "").split("\n");
  const line = lines.find((text) => text.startsWith(`${label}:`));
  return line?.slice(label.length + 1).trim() || undefined;
}

export function budgetFinding(event: Event): ServiceFinding | undefined {
  const name = budgetLine(event, "Budget Name");
  if (name === undefined) return undefined;
  const kind = budgetLine(event, "Alert Type");
  const threshold = budgetLine(event, "Alert Threshold");
  const told = [kind, threshold].filter((part) => part !== undefined).join(" ");
  return {
    type: "budget-alert",
    title: `Budget ${name} passed its threshold${told === "" ? "" : `: ${told}`}`,
    severity: "medium",
    resource: resourceOf("AWS::Budgets::Budget", name),
    actor: null,
    active: true,
  };
}
