import type { JsonObject } from "@ephor/domain/json";
import { z } from "zod";
import { portsIn, protocolOf, type Rule, ruleOf } from "./group-rule.ts";
import { worldCidr } from "./world-cidr.ts";

const evidenceSchema = z.object({
  rules: z
    .array(z.object({ cidr: z.string().max(100), ports: z.string().max(100), protocol: z.string().max(100) }))
    .min(1)
    .max(1000),
});

/** What a finding of `ec2.security-group-opened-to-world` says was opened; undefined where the evidence names no rules. */
export function openedRules(evidence: JsonObject): readonly Rule[] | undefined {
  const read = evidenceSchema.safeParse(evidence);
  if (!read.success) return undefined;
  const rules = read.data.rules.flatMap(({ cidr, ports, protocol }) => {
    const world = worldCidr(cidr);
    const numbers = portsOf(ports);
    if (world === undefined || numbers === undefined) return [];
    return [ruleOf({ protocol, ...numbers, cidr: world, description: null, tags: {} })];
  });
  return rules.length === 0 ? undefined : rules;
}

/** The numbers in "port 22", "ports 20-25" and "all ports". */
function portsOf(words: string): { from: number | undefined; to: number | undefined } | undefined {
  if (words === "all ports") return { from: undefined, to: undefined };
  const [, first, last] = /^ports? (\d{1,5})(?:-(\d{1,5}))?$/.exec(words) ?? [];
  return first === undefined ? undefined : { from: Number(first), to: Number(last ?? first) };
}

/** Whether a rule that stands is one of `opened`; they are compared in the words of the evidence. */
export function isOneOf(rule: Rule, opened: readonly Rule[]): boolean {
  const words = inWords(rule);
  return opened.some((each) => inWords(each) === words);
}
const inWords = (rule: Rule): string =>
  `${protocolOf(rule.protocol)} ${portsIn(rule)} ${worldCidr(rule.cidr) ?? rule.cidr}`;
