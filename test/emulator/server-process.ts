import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../support/until.ts";

const READY_SECONDS_MAX = 60;
const STOP_SECONDS_MAX = 10;
const LOG_TAIL_CHARACTERS = 2_000;

export type ServerProcess = {
  /** Of the process; it leads a group, so that what it started ends with it. */
  readonly pid: number;
  readonly hasEnded: () => boolean;
  /** Ends it and what it started. */
  readonly stop: () => Promise<void>;
};

export type ServerCommand = {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it says goes here. */
  readonly logFile: string;
  /** Answers with 200 once it serves. */
  readonly healthUrl: string;
};

/** Starts a server and resolves when it serves. Throws the end of what it said where it does not. */
export async function startServer({ command, args, env, logFile, healthUrl }: ServerCommand): Promise<ServerProcess> {
  mkdirSync(dirname(logFile), { recursive: true });
  rmSync(logFile, { force: true });
  const log = openSync(logFile, "a");
  const child = spawn(command, args, { env, stdio: ["ignore", log, log], detached: true });
  closeSync(log);
  await once(child, "spawn");
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const stop = () => stopGroup(child);
  // Whatever ends this process, a server of its own does not outlive it.
  const endNow = () => signalGroup(child, "SIGKILL");
  process.once("exit", endNow);
  try {
    await until(`${command} to serve`, async () => hasEnded() || (await answers(healthUrl)), {
      seconds: READY_SECONDS_MAX,
    });
    if (hasEnded()) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`);
  } catch (cause) {
    await stop();
    const said = readFileSync(logFile, "utf8").slice(-LOG_TAIL_CHARACTERS);
    throw new Error(`${command} does not serve:\n${said}`, { cause });
  }
  return { pid: child.pid ?? 0, hasEnded, stop };
}

const answers = async (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ status }) => status === 200,
    () => false,
  );

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function stopGroup(child: ChildProcess): Promise<void> {
  const hasEnded = child.exitCode !== null || child.signalCode !== null;
  const ended = hasEnded ? Promise.resolve() : once(child, "exit");
  signalGroup(child, "SIGTERM");
  await Promise.race([ended, pause(STOP_SECONDS_MAX * 1000, undefined, { ref: false })]);
  signalGroup(child, "SIGKILL");
}
