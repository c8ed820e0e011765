import { type Matcher, matcherFor, type TextRule } from "./matcher.ts";
import { MARKER, markerOf } from "./pattern.ts";
import { redactFields } from "./redact-fields.ts";

export type RedactOptions = {
  /** Also look for protected health information. Default false. */
  readonly hipaa?: boolean;
};

// Replacing one secret can lay another bare (its neighbour was no boundary before), so passes are made until nothing
// changes; then a second call changes nothing either. Texts made to need more passes are replaced whole.
const PASSES_MAX = 6;
const SHORTEST_SECRET = 5;
const PASSED_MAX = 4_096;
const PASSED_LENGTH_MAX = 64;

/**
 * `text` with every secret and personal datum in it replaced by `[redacted:<pattern>]`. Never throws; time is linear
 * in the text. Idempotent. A text in which nothing is found is returned as it is.
 */
export function redactText(text: string, options: RedactOptions = {}): string {
  const matcher = matcherFor(options);
  let current = text;
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const next = redactOnce(matcher, current);
    if (next === current) return current;
    current = next;
  }
  return markerOf("unsettled");
}

function redactOnce(matcher: Matcher, text: string): string {
  if (text.length < SHORTEST_SECRET || matcher.passed.has(text)) return text;
  const lower = text.toLowerCase();
  if (!matcher.suspicious.test(lower)) return passed(matcher, text);
  let current = text;
  for (const rule of matcher.rules) {
    if (rule.trigger.test(lower)) current = replaceAll(rule, current);
  }
  return matcher.fieldTrigger.test(lower) ? redactFields(matcher, current) : current;
}

/** Only what holds no secret is remembered. */
function passed({ passed: known }: Matcher, text: string): string {
  if (text.length > PASSED_LENGTH_MAX) return text;
  if (known.size >= PASSED_MAX) known.clear();
  known.add(text);
  return text;
}

function replaceAll({ pattern }: TextRule, text: string): string {
  const marker = markerOf(pattern.id);
  return text.replace(pattern.find, (found) => {
    const spared = MARKER.test(found) || pattern.accept?.(found) === false;
    return spared ? found : marker;
  });
}
