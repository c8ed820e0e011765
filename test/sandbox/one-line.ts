const CHARACTERS_MAX = 400;

const NAMED = /^[\w.]*(?:Error|Exception)\b/;

/** What went wrong in one line: the first of its message and, of more, the one that names an error, else the last. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
  const [first = "failed", ...more] = lines;
  const telling = more.findLast((line) => NAMED.test(line)) ?? more.at(-1);
  return (telling === undefined ? first : `${first} ${telling}`).slice(0, CHARACTERS_MAX);
}
