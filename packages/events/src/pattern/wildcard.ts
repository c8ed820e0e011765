/** The literal texts between the wildcards of an expression: one literal where it has none. */
export type Wildcard = { readonly literals: readonly string[] };

/**
 * Reads a wildcard expression, or says what is wrong with it: `*` stands for any text, also none; `\*` and `\\` for
 * themselves. Two `*` in a row and any other use of a backslash are refused, as by EventBridge.
 */
export function parseWildcard(text: string): Wildcard | { readonly problem: string } {
  const literals: string[] = [];
  let literal = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === "*") {
      if (text[at + 1] === "*") return { problem: `expected no two wildcards in a row, got "**" at position ${at}` };
      literals.push(literal);
      literal = "";
      continue;
    }
    if (character !== "\\") {
      literal += character;
      continue;
    }
    at++;
    const escaped = text.charAt(at);
    if (escaped !== "*" && escaped !== "\\") {
      return { problem: `expected "\\*" or "\\\\" at position ${at - 1}: a backslash escapes nothing else` };
    }
    literal += escaped;
  }
  return { literals: [...literals, literal] };
}

/** Whether `text` has the literals in order, the first at its start and the last at its end. Never backtracks. */
export function matchesWildcard(literals: readonly string[], text: string): boolean {
  const first = literals[0] ?? "";
  const last = literals.at(-1) ?? "";
  if (literals.length === 1) return text === first;
  const end = text.length - last.length;
  if (first.length > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (let i = 1; i < literals.length - 1; i++) {
    const literal = literals[i] ?? "";
    const found = text.indexOf(literal, at);
    if (found === -1) return false;
    at = found + literal.length;
  }
  return at <= end;
}
