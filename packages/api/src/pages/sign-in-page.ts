import type { ApiError } from "../api-error.ts";
import { problemHeaders } from "../problem.ts";
import type { Reply } from "../reply.ts";
import { html, sentence } from "./html.ts";
import { page } from "./layout.ts";

/** All that somebody unknown gets to see: how to sign in. */
export function signInHelp(error: ApiError, publicUrl: string): Reply {
  const main = html`<section class="card narrow">
<h1>Sign in</h1>
<p>${error.code === "auth.missing" ? "This node shows its pages to people who have signed in." : sentence(error.message)}</p>
<p>Open the sign-in link that the node printed when it first started. It works once.</p>
<h2>Need another link?</h2>
<p>Ask the node for one, where its data folder is:</p>
<pre tabindex="0"><code>npx ephor sign-in-link --url ${publicUrl}</code></pre>
<p>Or by a call, with the token it keeps in that folder:</p>
<pre tabindex="0"><code>curl -sS -X POST ${publicUrl}/v1/sign-in-links \\
  -H "Authorization: Bearer $(cat .ephor/admin-token)" \\
  -H "Content-Type: application/json" \\
  -d '{"role":"viewer","subject":"alice"}'</code></pre>
</section>`;
  return page({ title: "Sign in", main }, { status: 401, headers: problemHeaders(error) });
}

/** Only looks: mail scanners and chat previews follow links too, so the button is what signs in. */
export function signInConfirm(link: string): Reply {
  const main = html`<section class="card narrow">
<h1>Sign in to this node</h1>
<p>The link works once. You stay signed in for at most 12 hours, or until 30 minutes pass without a request.</p>
<form method="post" action="/sign-in/${link}"><button class="primary">Sign in</button></form>
</section>`;
  return page({ title: "Sign in", main });
}
