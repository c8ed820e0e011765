import { escapeHtml, showUnseen } from "@ephor/domain/escape";
import type { Message } from "@ephor/domain/notice";
import { assertNever } from "@ephor/domain/result";
import { diffLine } from "../diff-line.ts";
import { firstOf, fit } from "../fit.ts";

const TEXT_MAX = 10_000;
const VALUE_MAX = 2_000;
const FACTS_MAX = 30;
const DIFF_MAX = 50;

/** A mail's content once; text and HTML are two ways of writing it, so they say the same. */
type Part =
  | { readonly kind: "paragraph"; readonly heading: string; readonly text: string }
  | { readonly kind: "list"; readonly heading: string | null; readonly lines: readonly string[] }
  | { readonly kind: "link"; readonly label: string; readonly url: string };

function partsOf(message: Message): readonly Part[] {
  const { shown, more } = firstOf(message.diff, DIFF_MAX);
  const changes = [...shown.map(diffLine), ...(more === 0 ? [] : [`… and ${more} more`])];
  const facts = message.facts.slice(0, FACTS_MAX).map(({ label, value }) => `${label}: ${value}`);
  return [
    ...message.paragraphs.map(({ heading, text }) => ({ kind: "paragraph", heading, text }) as const),
    ...(facts.length === 0 ? [] : [{ kind: "list", heading: null, lines: facts } as const]),
    ...(changes.length === 0 ? [] : [{ kind: "list", heading: "The change", lines: changes } as const]),
    ...(message.code === null ? [] : [paragraph("Code, to be typed on the page", message.code)]),
    ...(message.link === null ? [] : [{ kind: "link", ...message.link } as const]),
  ];
}

const paragraph = (heading: string, text: string): Part => ({ kind: "paragraph", heading, text });

const plain = (text: string, max = TEXT_MAX): string => fit(text, { max, as: showUnseen });

export function mailText(message: Message): string {
  const written = partsOf(message).map((part): string => {
    switch (part.kind) {
      case "paragraph":
        return `${plain(part.heading)}\n${plain(part.text)}`;
      case "list":
        return [
          ...(part.heading === null ? [] : [part.heading]),
          ...part.lines.map((line) => plain(line, VALUE_MAX)),
        ].join("\n");
      case "link":
        return `${plain(part.label)}:\n${part.url}`;
      default:
        return assertNever(part);
    }
  });
  return `${[plain(message.subject), ...written].join("\n\n")}\n`;
}

/** The same cut as in the text, so that both end at the same word. */
const html = (text: string, max = TEXT_MAX): string =>
  fit(text, { max, as: showUnseen }).replace(/[&<>"'`]/g, (found) => escapeHtml(found));

const STYLE = {
  body: "font-family:system-ui,sans-serif;line-height:1.5;color:#111;background:#fff;max-width:40rem;margin:0 auto;padding:1rem",
  h1: "font-size:1.25rem;margin:0 0 1rem",
  h2: "font-size:1rem;margin:1.25rem 0 .25rem",
  p: "margin:0 0 .25rem;overflow-wrap:anywhere",
} as const;
const heading = (text: string): string => `<h2 style="${STYLE.h2}">${html(text)}</h2>`;
const line = (markup: string): string => `<p style="${STYLE.p}">${markup}</p>`;

export function mailHtml(message: Message): string {
  const written = partsOf(message).map((part): string => {
    switch (part.kind) {
      case "paragraph":
        return `${heading(part.heading)}\n${line(html(part.text))}`;
      case "list":
        return [
          ...(part.heading === null ? [`<div style="${STYLE.h2}"></div>`] : [heading(part.heading)]),
          ...part.lines.map((one) => line(html(one, VALUE_MAX))),
        ].join("\n");
      case "link":
        // The address stands there to be read: nobody has to trust a word that hides where it leads.
        return `${heading(`${part.label}:`)}\n${line(`<a href="${html(part.url)}">${html(part.url)}</a>`)}`;
      default:
        return assertNever(part);
    }
  });
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${html(message.subject)}</title></head><body style="${STYLE.body}">`,
    `<h1 style="${STYLE.h1}">${html(message.subject)}</h1>`,
    ...written,
    "</body></html>",
  ].join("\n");
}
