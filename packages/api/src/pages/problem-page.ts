import { ERROR_CODES } from "@ephor/domain/error";
import type { ApiError } from "../api-error.ts";
import { problemHeaders, problemOf } from "../problem.ts";
import type { Reply } from "../reply.ts";
import { html, sentence } from "./html.ts";
import { page, type Viewer } from "./layout.ts";
import { signInHelp } from "./sign-in-page.ts";

type Asked = { readonly correlationId: string; readonly publicUrl: string; readonly viewer: Viewer | undefined };

/** An error as a page: what a problem document says, for people; who is signed in finds the way on from it. */
export function problemPage(error: ApiError, { correlationId, publicUrl, viewer }: Asked): Reply {
  const { status } = ERROR_CODES[error.code];
  if (status === 401) return signInHelp(error, publicUrl);
  const problem = problemOf(error, correlationId);
  const errors = problem.errors ?? [];
  const detail = problem.detail ?? "something went wrong inside; the log says what, under the id below";
  // What a field's line says is not said twice.
  const isInFields = errors.some(({ message }) => detail.includes(message));
  const fields = errors.map(({ path, message }) => html`<li><code>${path}</code> ${message}</li>`);
  const main = html`<section class="card narrow">
<h1>${problem.title}</h1>
<p>${isInFields ? "The request is not as expected:" : sentence(detail)}</p>
${fields.length === 0 ? "" : html`<ul>${fields}</ul>`}
<p class="muted">Code <code>${problem.code}</code> · correlation id <code>${correlationId}</code></p>
<p><a href="/">Back to the overview</a></p>
</section>`;
  return page(
    { title: problem.title, main, ...(viewer === undefined ? {} : { viewer }) },
    { status, headers: problemHeaders(error) },
  );
}
