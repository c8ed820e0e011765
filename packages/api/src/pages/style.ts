import { createHash } from "node:crypto";

/** The one style sheet, as text so that a bundle carries it. Light and dark, from 360 px up. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #ffffff; --line: #dcdfe5; --text: #1b1f27; --muted: #5a6270; --link: #1a56c4;
  --accent: #1a56c4; --on-accent: #ffffff; --code: #f0f2f5;
  --critical: #8f1239; --high: #a8380b; --medium: #7d5600; --low: #1d5d8f; --informational: #4b5563; --good: #17653a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1217; --card: #171b22; --line: #2b313c; --text: #e6e9ee; --muted: #a0a9b8; --link: #8ab4ff;
    --accent: #8ab4ff; --on-accent: #0f1217; --code: #10141a;
    --critical: #ff8fae; --high: #ffa477; --medium: #f0c35a; --low: #86c5f5; --informational: #b4bcc9; --good: #7fd8a4;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--card); padding: 0.5rem 1rem; z-index: 1; }
.bar { background: var(--card); border-bottom: 1px solid var(--line); }
.bar-in, main { max-width: 68rem; margin: 0 auto; padding: 0 1rem; }
.bar-in { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1.25rem; min-height: 3.25rem; }
.brand { display: inline-flex; align-items: center; gap: 0.5rem; font-weight: 700; color: var(--text); text-decoration: none; }
.mark { width: 0.9rem; height: 0.9rem; border: 3px solid var(--accent); border-radius: 50%; }
nav { display: flex; gap: 0.25rem; flex: 1; }
nav a { padding: 0.6rem 0.6rem; color: var(--muted); text-decoration: none; }
nav a:hover { color: var(--text); }
nav a[aria-current] { color: var(--text); box-shadow: inset 0 -2px var(--accent); }
.who { color: var(--muted); font-size: 0.875rem; max-width: 14rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
main { padding-top: 1.5rem; padding-bottom: 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.0625rem; margin: 0 0 0.75rem; }
h2.small { font-size: 0.875rem; color: var(--muted); font-weight: 600; margin-bottom: 0.5rem; }
p { margin: 0 0 0.75rem; }
.muted { color: var(--muted); }
.head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 1rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.125rem; margin: 0 0 1rem; min-width: 0; }
.card > :last-child { margin-bottom: 0; }
.narrow { max-width: 38rem; margin: 2rem auto; }
.columns { display: grid; gap: 0 1rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 48rem) { .columns { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start; } }
.state { display: inline-block; font-size: 0.8125rem; font-weight: 600; padding: 0.1rem 0.6rem; border: 1px solid currentcolor; border-radius: 99px; color: var(--muted); }
.state.ready { color: var(--good); }
.state.draining, .state.starting { color: var(--medium); }
.counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: 0.5rem; list-style: none; padding: 0; margin: 0 0 1rem; }
.count { display: flex; align-items: baseline; gap: 0.5rem; padding: 0.6rem 0.9rem; background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px; text-decoration: none; color: var(--text); font-size: 0.9375rem; }
.count strong { font-size: 1.375rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.count:hover { border-color: var(--tone); }
.critical { --tone: var(--critical); } .high { --tone: var(--high); } .medium { --tone: var(--medium); }
.low { --tone: var(--low); } .informational { --tone: var(--informational); }
.badge { display: inline-block; justify-self: start; font-size: 0.8125rem; font-weight: 600; line-height: 1.5; padding: 0.05rem 0.5rem; border: 1px solid var(--tone); border-radius: 6px; color: var(--tone); }
.rows { list-style: none; margin: 0 -1.125rem; padding: 0; }
.rows:first-child { margin-top: -1.125rem; }
.rows:first-child li:first-child { border-top: 0; }
.rows:last-child { margin-bottom: -1.125rem; }
.rows li { display: grid; gap: 0.25rem 0.875rem; grid-template-columns: 7.375rem minmax(0, 1fr) auto; align-items: start; padding: 0.75rem 1.125rem; border-top: 1px solid var(--line); }
.rows p { margin: 0; font-size: 0.875rem; }
.what { overflow-wrap: anywhere; }
.when { text-align: right; font-size: 0.875rem; }
@media (max-width: 44rem) {
  .rows li { grid-template-columns: minmax(0, 1fr); justify-items: start; }
  nav { order: 1; flex-basis: 100%; }
  nav a:first-child { margin-left: -0.6rem; }
  .who { margin-left: auto; max-width: 9rem; }
  .bar-in { padding-top: 0.5rem; }
  .when { text-align: left; display: flex; flex-wrap: wrap; gap: 0 0.75rem; }
}
.more { padding-top: 0.75rem; border-top: 1px solid var(--line); }
.empty { color: var(--muted); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.375rem 1rem; margin: 0 0 0.75rem; font-size: 0.9375rem; }
dt { color: var(--muted); }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.84375rem; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: 8px; padding: 0.75rem; margin: 0 0 0.75rem; overflow: auto; line-height: 1.5; }
pre.tall { max-height: 36rem; }
var { color: var(--muted); }
.links { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; }
.timeline { list-style: none; margin: 0; padding: 0 0 0 1rem; border-left: 2px solid var(--line); }
.timeline li { position: relative; padding-bottom: 0.75rem; overflow-wrap: anywhere; }
.timeline li::before { content: ""; position: absolute; left: calc(-1rem - 6px); top: 0.45rem; width: 10px; height: 10px; border-radius: 50%; background: var(--accent); }
.timeline p { margin: 0; font-size: 0.9375rem; }
form { margin: 0; }
.filters { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.25rem, 1fr)); gap: 0.75rem; align-items: end; }
label { display: grid; gap: 0.25rem; font-size: 0.875rem; color: var(--muted); text-transform: capitalize; }
.wide { grid-column: span 2; }
input, select, button { font: inherit; text-transform: none; min-height: 2.5rem; border-radius: 8px; border: 1px solid var(--muted); background: var(--card); color: var(--text); padding: 0.25rem 0.625rem; width: 100%; }
::placeholder { color: var(--muted); opacity: 1; }
button { width: auto; white-space: nowrap; cursor: pointer; padding-inline: 1rem; }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
.quiet { border-color: var(--line); min-height: 2.125rem; font-size: 0.875rem; padding-inline: 0.75rem; }
.state.pending { color: var(--medium); } .state.approved, .state.executed { color: var(--good); }
.state.rejected, .state.expired, .state.cancelled { color: var(--high); }
h3 { font-size: 0.9375rem; margin: 0 0 0.375rem; overflow-wrap: anywhere; }
.steps { margin: 0 0 0.75rem; padding-left: 1.5rem; overflow-wrap: anywhere; }
.steps li { padding-bottom: 0.25rem; }
.diff { display: grid; gap: 0.5rem; margin: 0 0 1rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 48rem) { .diff { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); } .diff h3 { grid-column: 1 / -1; margin: 0; } }
.diff pre { margin: 0; max-height: 24rem; white-space: pre-wrap; overflow-wrap: anywhere; border-left: 4px solid var(--tone); }
.diff p { margin: 0; }
.side { display: block; font-size: 0.8125rem; font-weight: 600; color: var(--tone); padding-bottom: 0.2rem; }
.before { --tone: var(--high); } .after { --tone: var(--good); }
.decide { display: grid; gap: 1rem; }
fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: 0.5rem; min-width: 0; }
legend { padding: 0 0 0.375rem; font-size: 0.9375rem; }
.choice { display: flex; align-items: center; gap: 0.75rem; min-height: 2.75rem; padding: 0.25rem 0.875rem; border: 1px solid var(--muted); border-radius: 8px; color: var(--text); font-size: 1rem; text-transform: none; cursor: pointer; }
.choice:has(:checked) { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
.choice input { width: 1.125rem; height: 1.125rem; min-height: 0; flex: none; accent-color: var(--accent); }
.plain { text-transform: none; color: var(--text); font-size: 0.9375rem; }
textarea { font: inherit; min-height: 4.5rem; width: 100%; border-radius: 8px; border: 1px solid var(--muted); background: var(--card); color: var(--text); padding: 0.375rem 0.625rem; resize: vertical; }
.code { width: 9rem; letter-spacing: 0.15em; text-transform: uppercase; font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
@media (max-width: 30rem) {
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts dd { padding-bottom: 0.5rem; }
}
.alert, .done { padding: 0.75rem 1rem; border: 1px solid var(--tone); border-left-width: 4px; border-radius: 8px; background: var(--card); }
.alert { --tone: var(--high); } .done { --tone: var(--good); }
.actions { display: flex; align-items: center; gap: 1rem; }
`;

export const STYLE_ETAG = `"${createHash("sha256").update(STYLE).digest("base64url").slice(0, 22)}"`;
