import type { ChangeRequest } from "@ephor/api/response-use-cases";
import { escapeMarkdown } from "@ephor/domain/escape";
import type { Json } from "@ephor/domain/json";

const shownValue = (value: Json | undefined): string =>
  value === undefined ? "(none)" : JSON.stringify(value, null, 2).replaceAll("\n", "\n  ");

/** A fence longer than any run of backticks inside, so that what stands in a plan cannot end it. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A plan as a change request for people who carry it out, or decide on it, elsewhere. */
export function changeRequestMarkdown({ finding, plan, calls, undo, approvers, hint }: ChangeRequest): string {
  const text = escapeMarkdown;
  const facts: readonly (readonly [string, string | null])[] = [
    ["Finding", `${finding.id}, ${finding.severity}, ${finding.status}: ${text(finding.title)}`],
    ["Resource", `${text(plan.resource.type)} ${text(plan.resource.id)}`],
    ["Account, Region", `${plan.account}, ${text(plan.region)}`],
    ["Risk", plan.risk],
    ["What else feels it", text(plan.blast)],
    ["Way back", plan.irreversible === null ? "yes, see below" : `none: ${text(plan.irreversible)}`],
    ["Approvers", approvers && `${approvers.approvalsNeeded} of ${text(approvers.groups.join(", "))}`],
    ["Owner", hint && text(hint)],
    ["Read from", plan.basis === "aws" ? "AWS" : "the event alone: check the state before anything is changed"],
    ["Plan", `${plan.hash} by ${text(plan.remediation)} ${text(plan.remediationVersion)}`],
  ];
  const diff = plan.diff.map(({ path, before, after }) => `${path}\n- ${shownValue(before)}\n+ ${shownValue(after)}`);
  const steps = (list: ChangeRequest["calls"]) =>
    list.map(({ says, command }) => `# ${oneLine(says)}\n${command}`).join("\n");
  return [
    `# ${text(plan.title)}`,
    facts.flatMap(([name, value]) => (value === null ? [] : [`- **${name}**: ${value}`])).join("\n"),
    `## Difference\n\n${fenced(diff.join("\n"), "diff")}`,
    `## Commands\n\n${fenced(steps(calls), "sh")}`,
    ...(undo.length === 0 ? [] : [`## Undo\n\n${fenced(steps(undo), "sh")}`]),
    "",
  ].join("\n\n");
}

/** A comment of a shell ends with its line. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n\u2028\u2029]+/g, " ");
