import { expect, test } from "vitest";
import {
  escapeCsvCell,
  escapeHtml,
  escapeLogLine,
  escapeMarkdown,
  escapeSlack,
  escapeTerminal,
  showUnseen,
} from "./escape.ts";

const ESC = "\u001b";

test("markup in a name is text in HTML, also inside attributes", () => {
  expect(escapeHtml(`<img src=x onerror="alert('1')">&\``)).toBe(
    "&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;&#96;",
  );
});

test("a name mentions nobody, links nowhere and formats nothing in Slack", () => {
  expect(escapeSlack("<!channel> <https://x.example|y> & *b* `c`")).toBe(
    "&lt;!channel&gt; &lt;https://x.example|y&gt; &amp; *\u200bb*\u200b `\u200bc`\u200b",
  );
});

test("a name is no link, image, heading, table or code in Markdown", () => {
  expect(escapeMarkdown("# [a](b) | `c` ![d](e) <f> 1. g")).toBe(
    "\\# \\[a\\]\\(b\\) \\| \\`c\\` \\!\\[d\\]\\(e\\) \\<f\\> 1\\. g",
  );
});

test("terminal sequences are shown, not obeyed", () => {
  expect(escapeTerminal(`${ESC}[31mred${ESC}]8;;x\u0007 \u009b2J`)).toBe("\\u{1b}[31mred\\u{1b}]8;;x\\u{7} \\u{9b}2J");
});

test("one entry stays one log line, and a shown break is told from a written one", () => {
  expect(escapeLogLine("a\nlevel=fatal\r\u2028b \\u{a}")).toBe("a\\u{a}level=fatal\\u{d}\\u{2028}b \\\\u{a}");
});

test.each([
  ["right-to-left override", "\u202egpj.exe", "\\u{202e}gpj.exe"],
  ["isolate", "a\u2066b\u2069", "a\\u{2066}b\\u{2069}"],
  ["zero-width space and joiner", "ad\u200bm\u200din", "ad\\u{200b}m\\u{200d}in"],
  ["tag characters", "a\u{e0041}b", "a\\u{e0041}b"],
  ["byte order mark", "\ufeffa", "\\u{feff}a"],
  ["lone surrogate", "a\ud800b", "a\\u{d800}b"],
])("%s cannot hide or reorder a name", (_, text, shown) => expect(showUnseen(text)).toBe(shown));

test("ordinary names of any script stay as they are", () => {
  for (const name of ["alice@example.com", "Zoë", "日本語", "עברית", "arn:aws:iam::123456789012:role/x", "😀"]) {
    expect(showUnseen(name)).toBe(name);
    expect(escapeTerminal(name)).toBe(name);
  }
});

test.each(["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\n@x", "\uff1d1"])(
  "%j is no formula in a spreadsheet",
  (text) => {
    expect(escapeCsvCell(text)).toBe(`"'${text}"`);
  },
);

test("a CSV cell keeps quotes, commas and line breaks inside", () => {
  expect(escapeCsvCell('a "b", c\nd')).toBe('"a ""b"", c\nd"');
  expect(escapeCsvCell("a-b=c")).toBe('"a-b=c"');
});
