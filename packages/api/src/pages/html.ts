import { showUnseen } from "@ephor/domain/escape";
import type { Timestamp } from "@ephor/domain/time";
import { html } from "hono/html";

export { html };
/** Markup in which every value was escaped. Ours never waits for anything, so it is never a promise. */
export type Html = ReturnType<typeof html>;

export function markupOf(page: Html): string {
  if (page instanceof Promise) throw new Error("a page waits for a promise");
  return page.toString();
}

/** A time as people read it, in UTC. */
export const timeHtml = (at: Timestamp): Html =>
  html`<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 19)} UTC</time>`;

/** Text from outside: what cannot be seen is shown, and nothing reorders what stands around it. */
export const foreign = (text: string): Html => html`<bdi>${showUnseen(text)}</bdi>`;

const UNITS = [
  { seconds: 86_400, name: "d" },
  { seconds: 3600, name: "h" },
  { seconds: 60, name: "min" },
] as const;

/** `90061` as `1 d 1 h`: the two largest units that matter. */
export function duration(seconds: number): string {
  const parts: string[] = [];
  let rest = Math.floor(seconds);
  for (const unit of UNITS) {
    const count = Math.floor(rest / unit.seconds);
    rest -= count * unit.seconds;
    if (count > 0) parts.push(`${count} ${unit.name}`);
  }
  return parts.length === 0 ? `${rest} s` : parts.slice(0, 2).join(" ");
}

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
/** An error's message, which has no capital and no full stop, as a sentence of its own. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
