import { showUnseen } from "@ephor/domain/escape";
import { pageReply, type Reply } from "../reply.ts";
import { type Html, html, markupOf } from "./html.ts";

/** Somebody signed in with a browser: their forms carry `csrf`. */
export type Viewer = { readonly subject: string; readonly csrf: string | undefined };
export type PageParts = {
  readonly title: string;
  readonly main: Html;
  readonly viewer?: Viewer;
  /** Path of the page in the navigation. */
  readonly here?: "/" | "/findings" | "/approvals";
};
type Answer = { readonly status?: number; readonly headers?: Readonly<Record<string, string>> };

const NAVIGATION = [
  { path: "/", name: "Overview" },
  { path: "/findings", name: "Findings" },
  { path: "/approvals", name: "Approvals" },
] as const;

/** A whole page: no script, one style sheet, landmarks for those who hear it. */
export function page(parts: PageParts, answer: Answer = {}): Reply {
  const { title, main, viewer, here } = parts;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${showUnseen(title)} · Ephor</title>
<link rel="icon" type="image/svg+xml" href="/favicon.ico">
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="bar"><div class="bar-in">
<a class="brand" href="/"><span class="mark" aria-hidden="true"></span>Ephor</a>
${viewer === undefined ? "" : navigation(viewer, here)}
</div></header>
<main id="main">${main}</main>
</body>
</html>`;
  return pageReply(markupOf(document), answer);
}

function navigation({ subject, csrf }: Viewer, here: PageParts["here"]): Html {
  const links = NAVIGATION.map(
    ({ path, name }) => html`<a href="${path}" ${here === path ? html`aria-current="page"` : ""}>${name}</a>`,
  );
  const signOut =
    csrf === undefined
      ? ""
      : html`<form method="post" action="/sign-out"><input type="hidden" name="csrf" value="${csrf}"><button class="quiet">Sign out</button></form>`;
  return html`<nav aria-label="Main">${links}</nav><span class="who" title="${subject}">${subject}</span>${signOut}`;
}
