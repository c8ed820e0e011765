import type { ChoiceRule, State } from "../definition.ts";
import { isJsonata, readTemplate } from "./read-template.ts";
import { readWrites } from "./read-writes.ts";
import { checkFields, complain, placeOf, type Reader, readObjects, readRequiredText, readText } from "./reader.ts";
import { told } from "./report.ts";

const RULE_FIELDS = ["Condition", "Next", "Output", "Assign", "Comment"];

export function readChoice(reader: Reader, name: string): State {
  const rules = readObjects(reader, "Choices");
  if (rules.length === 0) complain(reader, "Choices", "expected an array of at least one rule");
  return {
    kind: "Choice",
    name,
    choices: rules.map(readRule),
    default: readText(reader, "Default"),
    ...readWrites(reader),
  };
}

function readRule(rule: Reader): ChoiceRule {
  checkFields(rule, RULE_FIELDS);
  const condition = rule.object["Condition"];
  if (!isJsonata(condition) && typeof condition !== "boolean") {
    complain(rule, "Condition", `expected JSONata for a boolean, not ${told(condition)}`);
  }
  return {
    condition: readTemplate(condition ?? null, placeOf(rule, "Condition")),
    next: readRequiredText(rule, "Next") ?? "",
    ...readWrites(rule),
  };
}
