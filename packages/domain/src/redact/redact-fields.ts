import { fieldOf, type Matcher } from "./matcher.ts";
import { markerOf } from "./pattern.ts";

// A key and what parts it from its value: `key=`, `key:`, `"key": `, `key => `, `key%3D`, `--key `, `<key>`. A colon before
// the key makes it a part of an ARN or URN, where names such as `secret` are types.
const KEY =
  /(?<![\w:.-])(?<key>-{0,2}[A-Za-z_][\w.-]{0,127})(?:\\{0,7}["'])?(?<sep>\s{0,8}(?:=>|:=|[:=])\s{0,8}|%3[AaDd]|(?<=<[\w.-]{1,128})>|(?<=--[\w.-]{1,128})\s{1,8})/g;

const QUOTE = /\\{0,7}["']/y;
const UNQUOTED_END = /[\s,;&"'<>)}\]]|\\+["'nrt]/g;
const LINE_END = /[\r\n"]|\\+["'nr]/g;
const MARKED = /(?:[A-Za-z0-9-]{1,32} )?\[redacted:[a-z0-9-]{1,64}\]/y;
const NOTHING = /^(?:null|true|false|none|undefined|nil|)$/i;

/** `text` with the values of key terms replaced, as they stand in log lines, JSON, YAML, queries, flags and tags. */
export function redactFields(matcher: Matcher, text: string): string {
  let out = "";
  let copied = 0;
  KEY.lastIndex = 0;
  for (let match = KEY.exec(text); match !== null; match = KEY.exec(text)) {
    const field = fieldOf(matcher, match.groups?.["key"] ?? "");
    if (field === undefined) continue;
    const value = valueAt(text, KEY.lastIndex, field.wholeLine === true);
    KEY.lastIndex = Math.max(value.end, KEY.lastIndex);
    if (value.kept) continue;
    out += text.slice(copied, value.start) + markerOf(field.id);
    copied = value.end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

type Value = { readonly start: number; readonly end: number; readonly kept: boolean };

/** Where the value at `from` begins and ends, and whether it is nothing or redacted already. */
function valueAt(text: string, from: number, wholeLine: boolean): Value {
  const quote = stickyMatch(QUOTE, text, from);
  const list = quote === undefined && text[from] === "[" && stickyMatch(MARKED, text, from) === undefined;
  if (quote === undefined && text[from] === "{") return { start: from, end: from + 1, kept: true };
  const start = from + (quote?.length ?? 0);
  const marked = stickyMatch(MARKED, text, start);
  const afterMark = start + (marked?.length ?? 0);
  const end = list ? listEnd(text, from) : endOf(text, { from: afterMark, quote, wholeLine });
  const redacted = marked !== undefined && (end === afterMark || wholeLine);
  return { start, end, kept: redacted || NOTHING.test(text.slice(start, Math.min(end, start + 16))) };
}

function endOf(text: string, at: { from: number; quote: string | undefined; wholeLine: boolean }): number {
  if (at.quote !== undefined) return quotedEnd(text, at.from, at.quote);
  return firstMatch(at.wholeLine ? LINE_END : UNQUOTED_END, text, at.from);
}

/**
 * The end of a quoted text in JSON nested to any level: its closing quote has as many backslashes before it as the
 * opening one, but for pairs that escape each other.
 */
function quotedEnd(text: string, from: number, quote: string): number {
  const level = quote.length - 1;
  const sign = quote.slice(-1);
  for (let at = text.indexOf(sign, from); at !== -1; at = text.indexOf(sign, at + 1)) {
    let backslashes = 0;
    while (at - backslashes > from && text[at - backslashes - 1] === "\\") backslashes++;
    if (backslashes % (2 * (level + 1)) === level) return at - level;
  }
  return text.length;
}

const listEnd = (text: string, from: number): number => {
  const end = text.indexOf("]", from);
  return end === -1 ? text.length : end + 1;
};

function stickyMatch(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function firstMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}
