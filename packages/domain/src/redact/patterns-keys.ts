import { example, textPattern } from "./pattern.ts";

/**
 * A PEM-like block: all between its first and last line, or to the end of the text where the last line is missing,
 * since a cut key is still a key. The body matches dash by dash, so that no repetition overlaps another.
 */
function block(id: string, { what, label, sample }: { what: string; label: string; sample: string }) {
  const open = `-----BEGIN ${label}-----`;
  return textPattern({
    id,
    what,
    doc: `All between the lines \`BEGIN ${sample}\` and \`END\`, or to the end of the text where it was cut.`,
    trigger: "-----begin ",
    find: new RegExp(`(?<=${open})(?!\\[redacted:)(?:[^-]|-(?!----(?:END|BEGIN) )){1,65535}`, "g"),
    hit: example("-----BEGIN ", sample, "-----\nMIIEowIBAAKCAQEA\n-----END ", sample, "-----"),
    miss: "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIE\n-----END CERTIFICATE-----",
  });
}

/** Private keys in files and messages. Public keys and certificates survive. */
export const keyPatterns = [
  block("private-key", {
    what: "PEM private key",
    label: "(?:RSA |EC |DSA |ENCRYPTED |ANY )?PRIVATE KEY",
    sample: example("RSA PRIV", "ATE KEY"),
  }),
  block("openssh-private-key", {
    what: "OpenSSH private key",
    label: "(?:OPENSSH|SSH2 ENCRYPTED) PRIVATE KEY",
    sample: example("OPENSSH PRIV", "ATE KEY"),
  }),
  block("pgp-private-key", {
    what: "OpenPGP private key",
    label: "PGP PRIVATE KEY BLOCK",
    sample: example("PGP PRIV", "ATE KEY BLOCK"),
  }),
  textPattern({
    id: "age-secret-key",
    what: "age identity",
    doc: "`AGE-SECRET-KEY-1` and 58 capitals or digits.",
    trigger: "age-secret-key-1",
    find: /(?<![A-Za-z0-9])AGE-SECRET-KEY-1[A-Z0-9]{58}/g,
    hit: example("AGE-SECR", "ET-KEY-1", "Q".repeat(58)),
    miss: "age1examplepublickey0000000000000000000000000000000000000000000",
  }),
  textPattern({
    id: "putty-private-key",
    what: "PuTTY private key",
    doc: "The base64 lines after `Private-Lines:`.",
    trigger: "private-lines:",
    find: /(?<=Private-Lines: \d{1,4}\r?\n)(?:[A-Za-z0-9+/=]{1,128}\r?\n?){1,1024}/g,
    hit: example("Priv", "ate-Lines: 1\nAAAAgQDh4bRr\n"),
    miss: "Public-Lines: 1\nAAAAB3NzaC1yc2EA\n",
  }),
] as const;
