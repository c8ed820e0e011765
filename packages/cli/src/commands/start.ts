import { escapeTerminal } from "@ephor/domain/escape";
import { loadConfig } from "@ephor/node/load-config";
import { LOG_LEVELS, type LogLevel, powertoolsLog } from "@ephor/node/logger";
import { startNode } from "@ephor/node/start-node";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { refused } from "../refused.ts";
import { dataFolderOf, HOST_DEFAULT, portOf } from "../settings.ts";
import { warningsOf } from "../used-config.ts";
import { VERSION } from "../version.ts";

const isLevel = (level: string): level is LogLevel => LOG_LEVELS.some((known) => known === level);

/** Runs a node until it is told to stop. Prints one line with its URL when it answers. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io, values } = invocation;
  const port = portOf(invocation);
  const level = (io.env["EPHOR_LOG_LEVEL"] ?? "INFO").toUpperCase();
  if (!port.ok) return refused(invocation, port.error);
  if (!isLevel(level)) return usage(invocation, `expected EPHOR_LOG_LEVEL to be one of ${LOG_LEVELS.join(", ")}`);
  const config = loadConfig(text(values, "config"));
  if (!config.ok) return refused(invocation, config.error);
  for (const warning of warningsOf(config.value)) io.say(`ephor: warning: ${escapeTerminal(warning)}`);
  const host = text(values, "host") ?? HOST_DEFAULT;
  const started = await startNode({
    ...{
      data: dataFolderOf(invocation),
      host,
      port: port.value,
      config: config.value,
      reread: () => loadConfig(text(values, "config")),
      version: VERSION,
      log: powertoolsLog({ level }),
    },
  });
  if (!started.ok) return refused(invocation, started.error);
  const { url, signInUrl } = started.value;
  const stopping = io.stopRequested();
  await io.out(`Ephor ${VERSION} is ready at ${url} after ${Math.round(performance.now())} ms\n`);
  if (signInUrl !== null) io.say(`Sign in once, within a day, at ${signInUrl}`);
  const signal = await stopping;
  io.say(`${signal}: finishing what is under way (again to end at once)`);
  const { left } = await started.value.stop();
  if (left > 0) io.say(`${left} left for the next start`);
  return EXIT.done;
}

function usage({ io }: Invocation, message: string): ExitCode {
  io.say(`ephor: ${message}`);
  return EXIT.usage;
}
