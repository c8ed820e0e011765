import type { z } from "zod";
import type { FieldError } from "./api-error.ts";

const ERRORS_MAX = 20;
const MESSAGE_MAX = 300;

/** Where and what: a JSON pointer for the body, `query.<name>` and `params.<name>` for the rest; at most 20. */
export function fieldErrors(error: z.ZodError): readonly FieldError[] {
  return error.issues.slice(0, ERRORS_MAX).map((issue) => ({
    path: pathOf(issue.path.map(String)).slice(0, MESSAGE_MAX),
    message: issue.message.slice(0, MESSAGE_MAX),
  }));
}

function pathOf([part, ...steps]: readonly string[]): string {
  if (part === undefined) return "/";
  if (part !== "body") return [part, ...steps].join(".");
  return steps.length === 0
    ? "/"
    : steps.map((step) => `/${step.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
