import { Console } from "node:console";
import { Logger } from "@aws-lambda-powertools/logger";
import type { Log } from "@ephor/app/ports";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { redact } from "@ephor/domain/redact/redact";

export const LOG_LEVELS = ["DEBUG", "INFO", "WARN", "ERROR", "SILENT"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Structured log lines by the Powertools logger; every field is redacted before it leaves (logs.md). */
export function powertoolsLog({ level }: { level: LogLevel }): Log {
  const logger = new Logger({ serviceName: "ephor", logLevel: level });
  // The logger writes to stdout, as Lambda wants it; on a node stdout is for results (interfaces.md). It offers no setting.
  Reflect.set(logger, "console", new Console({ stdout: process.stderr, stderr: process.stderr }));
  return {
    debug: (event, fields) => logger.debug(event, clean(fields)),
    info: (event, fields) => logger.info(event, clean(fields)),
    warn: (event, fields) => logger.warn(event, clean(fields)),
    error: (event, fields) => logger.error(event, clean(fields)),
  };
}

function clean(fields: Record<string, unknown> = {}): JsonObject {
  const plain = Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plainError(value)]));
  const redacted = redact(plain);
  return isJsonObject(redacted) ? redacted : {};
}

function plainError(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack } = value;
  const cause = value.cause === undefined ? {} : { cause: plainError(value.cause) };
  return { name, message, stack, ...cause };
}
