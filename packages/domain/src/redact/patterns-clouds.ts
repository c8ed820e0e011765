import { example, textPattern } from "./pattern.ts";

const HEX = "0123456789abcdef".repeat(4);
const ALNUM = "aB3dE5gH7jK9".repeat(6);

/** Keys and signatures of clouds other than AWS. */
export const cloudPatterns = [
  textPattern({
    id: "google-api-key",
    what: "Google API key",
    doc: "`AIza` and 35 base64url characters.",
    trigger: "aiza",
    find: /(?<![A-Za-z0-9_])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g,
    hit: example("AI", "za", ALNUM.slice(0, 35)),
    miss: "AIza-key",
  }),
  textPattern({
    id: "google-oauth-token",
    what: "Google OAuth token",
    doc: "`ya29.` and at least 20 characters, or a refresh token `1//0…`.",
    trigger: "ya29\\.|1//0",
    find: /(?<![A-Za-z0-9_])(?:ya29\.|1\/\/0)[A-Za-z0-9_-]{20,}/g,
    hit: example("ya", "29.", ALNUM),
    miss: "ya29.docs",
  }),
  textPattern({
    id: "google-client-secret",
    what: "Google OAuth client secret",
    doc: "`GOCSPX-` and at least 20 characters.",
    trigger: "gocspx-",
    find: /(?<![A-Za-z0-9_])GOCSPX-[A-Za-z0-9_-]{20,}/g,
    hit: example("GOC", "SPX-", ALNUM.slice(0, 28)),
    miss: "GOCSPX-docs",
  }),
  textPattern({
    id: "gcs-signature",
    what: "Signed Google Cloud Storage URL",
    doc: "The value of `X-Goog-Signature`.",
    trigger: "x-goog-signature",
    find: /(?<=X-Goog-Signature(?:=|%3D))[0-9a-f]{16,}/gi,
    hit: example("?X-Goog-Sig", "nature=", HEX),
    miss: "?X-Goog-Expires=900",
  }),
  textPattern({
    id: "azure-sas-signature",
    what: "Azure shared access signature",
    doc: "`sig=` in a query and at least 20 characters.",
    trigger: "[?&]sig=",
    find: /(?<=[?&]sig=)[A-Za-z0-9%+/=_-]{20,}/gi,
    hit: example("https://x.blob.core.windows.net/c?si", "g=", ALNUM.slice(0, 43), "%3D"),
    miss: "https://x.blob.core.windows.net/c?sp=r",
  }),
  textPattern({
    id: "azure-client-secret",
    what: "Microsoft Entra client secret",
    doc: "3 characters, a digit, `Q~` and 31 to 34 characters.",
    trigger: "\\dq~",
    find: /(?<![A-Za-z0-9_])[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/g,
    hit: example("abc8", "Q~", ALNUM.slice(0, 34)),
    miss: "abc8Q~short",
  }),
] as const;
