/**
 * Names from events (users, buckets, tags) are chosen by strangers. Each function makes one safe in one place where
 * people read it; all first make visible what would hide or reorder text, so that a name looks like what it is.
 */

// Control characters, bidirectional overrides and isolates, zero-width and other invisible characters, and line and
// paragraph separators (Unicode TR36 and TR39); lone surrogates, which no UTF-8 output can carry.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Invisible and reordering characters as `\u{…}`; everything else as it is. */
export const showUnseen = (text: string): string =>
  text.replace(UNSEEN, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);

const HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** For HTML text and quoted attribute values. */
export const escapeHtml = (text: string): string =>
  showUnseen(text).replace(/[&<>"'`]/g, (found) => HTML[found] ?? found);

/**
 * For Slack mrkdwn: the three characters that start links and mentions are entities (Slack, "Formatting text for app
 * surfaces"); those that start bold, italic, strike and code get a zero-width space, since Slack has no escape for them.
 */
export const escapeSlack = (text: string): string =>
  showUnseen(text)
    .replace(/[&<>]/g, (found) => HTML[found] ?? found)
    .replace(/[*_~`]/g, "$&\u200b");

/** For Markdown (CommonMark 2.4: any ASCII punctuation may be escaped), also inside tables and lists. */
export const escapeMarkdown = (text: string): string => showUnseen(text).replace(/[!-/:-@[-`{-~]/g, "\\$&");

/** For terminals: escape sequences are shown, not obeyed. */
export const escapeTerminal = (text: string): string => showUnseen(text);

/** For one line of a log: line breaks are shown, so that one entry stays one line; a backslash is doubled to stay apart. */
export const escapeLogLine = (text: string): string => showUnseen(text.replaceAll("\\", "\\\\"));

const FORMULA = /^(?:[\s\p{Cc}]*[=+\-@＝＋－＠]|[\t\r])/u;

/**
 * One CSV cell (RFC 4180), quoted. Where a spreadsheet would take it for a formula (`=`, `+`, `-`, `@`, tab, carriage
 * return first, also after spaces or in their full-width forms) an apostrophe goes before it (OWASP, "CSV Injection").
 */
export function escapeCsvCell(text: string): string {
  const guarded = FORMULA.test(text) ? `'${text}` : text;
  return `"${guarded.replaceAll('"', '""')}"`;
}
