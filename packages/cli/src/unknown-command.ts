import { COMMANDS } from "./catalogue.ts";
import type { CommandSpec } from "./command.ts";

const ASKED_CHARACTERS_MAX = 60;

/** The commands that begin with a word, where it is no command itself. */
export const groupOf = (word: string | undefined): readonly CommandSpec[] =>
  COMMANDS.filter(({ name }) => name.startsWith(`${word} `));

/** What to say to words that name no command: the one that was meant, or those there are. */
export function unknownCommand([word = "", ...rest]: readonly string[]): string {
  const group = groupOf(word);
  const [second = ""] = rest;
  if (group.length > 0 && (second === "" || second.startsWith("-")))
    return `"${word}" needs one more word; there are: ${namesOf(group)}`;
  const asked = `${word} ${second}`.trim().slice(0, ASKED_CHARACTERS_MAX);
  const near = nearestTo(asked) ?? nearestTo(word.slice(0, ASKED_CHARACTERS_MAX));
  if (near !== undefined) return `no command "${asked}"; did you mean "${near}"?`;
  if (group.length > 0) return `no command "${asked}"; there are: ${namesOf(group)}`;
  return `no command "${asked}"; \`ephor --help\` lists them`;
}

const namesOf = (commands: readonly CommandSpec[]): string => commands.map(({ name }) => name).join(", ");

/** The command or group that is at most a third of its letters away. */
function nearestTo(asked: string): string | undefined {
  const names = new Set(COMMANDS.flatMap(({ name }) => [name, name.split(" ")[0] ?? name]));
  const [best] = [...names]
    .map((name) => ({ name, edits: editsBetween(asked, name) }))
    .filter(({ name, edits }) => edits > 0 && edits <= name.length / 3)
    .sort((a, b) => a.edits - b.edits);
  return best?.name;
}

/** Letters to put in, leave out or change to come from one text to the other (Levenshtein). */
function editsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [place, against] of [...other].entries()) {
      const changed = (row[place] ?? 0) + (letter === against ? 0 : 1);
      next.push(Math.min(changed, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
