import { open } from "node:fs/promises";
import type { SecretOf } from "@ephor/app/ports";
import { ephorError } from "@ephor/domain/error";
import { err, ok } from "@ephor/domain/result";

const BYTES_MAX = 64 * 1024;

/**
 * Reads what a secret reference of the configuration names: `env:NAME`, or `file:PATH`, without the line break at its end.
 * Read anew each time, so that a rotated one is taken up. Error: `secret.unset`, which names the reference, never the value.
 */
export const secretOf =
  (environment: Readonly<Record<string, string | undefined>>): SecretOf =>
  async (reference) => {
    const [, kind, name] = /^(env|file):(.+)$/s.exec(reference) ?? [];
    const value = kind === "env" ? environment[name ?? ""] : kind === "file" ? await textOf(name ?? "") : undefined;
    if (value !== undefined && value !== "") return ok(value);
    return err(ephorError("secret.unset", `${reference} holds no secret`, { path: reference }));
  };

async function textOf(path: string): Promise<string | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(BYTES_MAX + 1), 0, BYTES_MAX + 1, 0);
    if (bytesRead > BYTES_MAX) return undefined;
    return buffer
      .subarray(0, bytesRead)
      .toString("utf8")
      .replace(/\r?\n$/, "");
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}
