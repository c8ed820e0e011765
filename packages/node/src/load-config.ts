import { existsSync, readFileSync, statSync } from "node:fs";
import type { Config } from "@ephor/domain/config/config";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, type Result } from "@ephor/domain/result";

export const CONFIG_FILE = "ephor.config.json";
const BYTES_MAX = 8 * 1024 * 1024;

/** Reads the configuration, or every default where `file` was not named and `ephor.config.json` is not there. */
export function loadConfig(
  file: string | undefined,
): Result<Config, EphorError<"config.invalid" | "config.unreadable">> {
  const path = file ?? CONFIG_FILE;
  if (file === undefined && !existsSync(path)) return parseConfig({}, { file: "defaults" });
  try {
    const { size } = statSync(path);
    if (size > BYTES_MAX)
      return err(ephorError("config.unreadable", `${path} has ${size} bytes, expected at most ${BYTES_MAX}`, { path }));
    return parseConfig(readFileSync(path, "utf8"), { file: path });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return err(ephorError("config.unreadable", `the configuration cannot be read: ${reason}`, { path, cause }));
  }
}
