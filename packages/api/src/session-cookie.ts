import { SESSION_SECONDS_MAX } from "@ephor/app/sessions";

const isSecure = (publicUrl: string): boolean => publicUrl.startsWith("https:");

/** With https the name binds the cookie to this very host (RFC 6265bis, `__Host-`). */
export const sessionCookieName = (publicUrl: string): string =>
  isSecure(publicUrl) ? "__Host-ephor-session" : "ephor-session";

/** The Set-Cookie of a new session, or, without a secret, of its end. */
export function sessionCookie(publicUrl: string, secret?: string): string {
  const age = secret === undefined ? 0 : SESSION_SECONDS_MAX;
  const flags = `Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax${isSecure(publicUrl) ? "; Secure" : ""}`;
  return `${sessionCookieName(publicUrl)}=${secret ?? ""}; ${flags}`;
}
