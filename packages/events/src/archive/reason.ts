const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EISDIR", "a folder, not a file"],
  ["ELOOP", "too many links"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ENOENT", "no such file or folder"],
  ["EPERM", "permission denied"],
  ["Z_BUF_ERROR", "the gzip data ends early"],
  ["Z_DATA_ERROR", "the gzip data is damaged"],
]);

/** The code of an error of the operating system or of zlib. */
export function codeOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error) || !("code" in cause)) return undefined;
  return typeof cause.code === "string" ? cause.code : undefined;
}

/** Why a file or stream cannot be read, in words. */
export function reasonOf(cause: unknown): string {
  const code = codeOf(cause);
  return REASONS.get(code ?? "") ?? `cannot be read${code === undefined ? "" : ` (${code})`}`;
}
