import type { ApiError } from "./api-error.ts";
import type { ApiContext } from "./context.ts";
import { problemPage } from "./pages/problem-page.ts";
import { problemReply } from "./problem.ts";
import type { Reply } from "./reply.ts";
import { viewerOf } from "./viewer.ts";

/** A reply on the wire, with its length (HEAD and the access line want it too). */
export function toResponse(reply: Reply): Response {
  const body = typeof reply.body === "string" ? Buffer.from(reply.body) : reply.body;
  const length = body === null ? {} : { "content-length": String(body.byteLength) };
  return new Response(body === null ? null : Uint8Array.from(body), {
    status: reply.status,
    headers: { ...reply.headers, ...length },
  });
}

/** An error as a page where a person asked with a browser, else as problem details. */
export function problemResponse(error: ApiError, c: ApiContext, kind: "api" | "page" = "api"): Response {
  const isPage = kind === "page" || (c.req.header("accept") ?? "").includes("text/html");
  const correlationId = c.get("correlationId");
  if (!isPage) return toResponse(problemReply(error, correlationId));
  const identity = c.get("identity");
  const viewer = "caller" in identity ? viewerOf(identity, identity.caller) : undefined;
  return toResponse(problemPage(error, { correlationId, publicUrl: c.get("publicUrl"), viewer }));
}
