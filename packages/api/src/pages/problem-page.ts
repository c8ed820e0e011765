import { ERROR_CODES } from "@ephor/domain/error";
import type { ApiError } from "../api-error.ts";
import { problemHeaders, problemOf } from "../problem.ts";
import type { Reply } from "../reply.ts";
import { html, sentence } from "./html.ts";
import { page } from "./layout.ts";
import { signInHelp } from "./sign-in-page.ts";

/** An error as a page: what a problem document says, for people. */
export function problemPage(error: ApiError, asked: { correlationId: string; publicUrl: string }): Reply {
  const { correlationId } = asked;
  const { status } = ERROR_CODES[error.code];
  if (status === 401) return signInHelp(error, asked.publicUrl);
  const problem = problemOf(error, correlationId);
  const fields = (problem.errors ?? []).map(({ path, message }) => html`<li><code>${path}</code> ${message}</li>`);
  const main = html`<section class="card narrow">
<h1>${problem.title}</h1>
<p>${sentence(problem.detail ?? "something went wrong inside; the log says what, under the id below")}</p>
${fields.length === 0 ? "" : html`<ul>${fields}</ul>`}
<p class="muted">Code <code>${problem.code}</code> · correlation id <code>${correlationId}</code></p>
<p><a href="/">Back to the overview</a></p>
</section>`;
  return page({ title: problem.title, main }, { status, headers: problemHeaders(error) });
}
