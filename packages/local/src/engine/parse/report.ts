/** What is wrong in a definition and where: `path` is a JSON pointer. */
export type Problem = {
  readonly code: "workflow.invalid" | "workflow.unsupported";
  readonly path: string;
  readonly message: string;
};

/** Gathers problems, so that an author hears of all of them at once. */
export type Report = {
  readonly problems: readonly Problem[];
  readonly invalid: (path: string, message: string) => undefined;
  readonly unsupported: (path: string, message: string) => undefined;
};

export function makeReport(): Report {
  const problems: Problem[] = [];
  const add = (code: Problem["code"]) => (path: string, message: string) => {
    problems.push({ code, path, message });
    return undefined;
  };
  return { problems, invalid: add("workflow.invalid"), unsupported: add("workflow.unsupported") };
}

/** A JSON pointer one step further, RFC 6901. */
export const pointer = (path: string, step: string | number): string =>
  `${path}/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** A value as it is told to the author, shortened. */
export const told = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};
