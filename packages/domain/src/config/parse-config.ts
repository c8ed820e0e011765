import { type EphorError, ephorError } from "../error.ts";
import { err, ok, type Result } from "../result.ts";
import { type Config, configSchema } from "./config.ts";
import { crossChecks } from "./cross-checks.ts";
import { expectation, type Problem, problemsOf } from "./problems.ts";

const TEXT_CHARACTERS_MAX = 8 * 1024 * 1024;
const PROBLEMS_SHOWN_MAX = 100;

type ConfigError = EphorError<"config.invalid">;

/**
 * Checks a configuration, given as JSON text or as the value it holds, and fills in every default.
 * The error's message has a line for each problem (JSON pointer, what was found, what was expected), at most 100;
 * values of secrets are never in it. `file` names the source in the message and in the error's path.
 */
export function parseConfig(source: unknown, { file }: { readonly file: string }): Result<Config, ConfigError> {
  const read = typeof source === "string" ? readJson(source) : { ok: true as const, value: source };
  if (!read.ok) return err(invalid(file, [read.problem]));
  const parsed = configSchema.safeParse(read.value, { error: expectation });
  if (!parsed.success) {
    return err(
      invalid(
        file,
        parsed.error.issues.flatMap((issue) => problemsOf(issue, read.value)),
      ),
    );
  }
  const problems = crossChecks(parsed.data);
  return problems.length === 0 ? ok(parsed.data) : err(invalid(file, problems));
}

type Read = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: Problem };

function readJson(text: string): Read {
  if (text.length > TEXT_CHARACTERS_MAX) {
    return failed(`found ${text.length} characters, expected at most ${TEXT_CHARACTERS_MAX}`);
  }
  try {
    return { ok: true, value: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch (cause) {
    // The engine's message may quote the text around the mistake, which may be a secret: only the place is kept.
    const place = /line \d+ column \d+/.exec(cause instanceof Error ? cause.message : "")?.[0];
    return failed(`found text that is not JSON${place === undefined ? "" : ` at ${place}`}, expected one JSON object`);
  }
}

const failed = (what: string): Read => ({ ok: false, problem: { path: "/", what } });

function invalid(file: string, problems: readonly Problem[]): ConfigError {
  const lines = problems.slice(0, PROBLEMS_SHOWN_MAX).map(({ path, what }) => `${path}: ${what}`);
  const more = problems.length - lines.length;
  const head = `${file} has ${problems.length === 1 ? "a problem" : `${problems.length} problems`}:`;
  return ephorError("config.invalid", [head, ...lines, ...(more > 0 ? [`… and ${more} more`] : [])].join("\n"), {
    path: file,
  });
}
