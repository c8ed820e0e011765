import type { Viewer } from "./pages/layout.ts";
import type { Identity } from "./route.ts";
import type { Caller } from "./use-cases.ts";

/** A known caller as pages show them: only a session's forms need a CSRF token. */
export const viewerOf = (identity: Identity, { subject }: Pick<Caller, "subject">): Viewer => ({
  subject,
  csrf: identity.kind === "session" ? identity.csrf : undefined,
});
