import { showUnseen } from "@ephor/domain/escape";

const SHOWN_MAX = 80;

/** Text from outside for a message: visible, in quotation marks, and not longer than a line. */
export function quoted(text: string): string {
  const characters = Array.from(text.slice(0, 2 * SHOWN_MAX + 2));
  const short = characters.length > SHOWN_MAX ? `${characters.slice(0, SHOWN_MAX - 1).join("")}…` : text;
  return `"${showUnseen(short)}"`;
}
