import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

const ENTRY = fileURLToPath(new URL("../../packages/cli/bin/ephor.js", import.meta.url));

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };
export type Settings = {
  readonly env?: Readonly<Record<string, string>>;
  /** A folder without a configuration file unless told. */
  readonly cwd?: string;
};
/** A CLI process of its own, as a shell runs it. */
export type EphorProcess = {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Sends a signal to this process alone; false where it has ended. */
  readonly kill: (signal: NodeJS.Signals) => boolean;
  readonly ended: Promise<Ended>;
};

export function spawnEphor(args: readonly string[], { env = {}, cwd = tmpdir() }: Settings = {}): EphorProcess {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ENTRY, ...args], {
    cwd,
    env: { ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  // A process that ends before it has read its input breaks the pipe; how it ended is what counts.
  child.stdin.on("error", () => undefined);
  return {
    child,
    stdout: () => Buffer.concat(out).toString("utf8"),
    stderr: () => Buffer.concat(err).toString("utf8"),
    kill: (signal) => child.kill(signal),
    ended: new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => resolve({ code, signal }));
    }),
  };
}

export type Ran = Ended & { readonly stdout: string; readonly stderr: string };

/** Runs a command to its end. */
export async function runEphor(
  args: readonly string[],
  { stdin = "", ...settings }: Settings & { stdin?: string } = {},
): Promise<Ran> {
  const ephor = spawnEphor(args, settings);
  ephor.child.stdin?.end(stdin);
  const ended = await ephor.ended;
  return { ...ended, stdout: ephor.stdout(), stderr: ephor.stderr() };
}

export type NodeProcess = EphorProcess & {
  readonly url: string;
  /** What it says of the time from the process's start to ready. */
  readonly readyMs: number;
  /** SIGTERM, and its end. */
  readonly stop: () => Promise<Ended>;
};

const READY = /^Ephor \S+ is ready at (\S+) after (\d+) ms$/m;

/** The arguments of `start` on a data folder; port 0 is any free one. */
export const startArgs = (of: { data: string; port?: number; config?: string }): readonly string[] => [
  "start",
  ...["--data", of.data, "--port", String(of.port ?? 0)],
  ...(of.config === undefined ? [] : ["--config", of.config]),
];

/** Starts a node and resolves when it says that it is ready. Throws what it said instead where it ends before. */
export async function startEphor(
  of: { data: string; port?: number; config?: string },
  settings: Settings = {},
): Promise<NodeProcess> {
  const ephor = spawnEphor(startArgs(of), settings);
  let ended: Ended | undefined;
  void ephor.ended.then((how) => {
    ended = how;
  });
  const [, url = "", readyMs = ""] = await until(
    "the node to be ready",
    () => {
      const told = READY.exec(ephor.stdout());
      if (told === null && ended !== undefined)
        throw new Error(`the node ended (${ended.code ?? ended.signal}): ${ephor.stderr()}`);
      return told ?? undefined;
    },
    { seconds: 60, state: () => ephor.stderr() },
  );
  const stop = async (): Promise<Ended> => {
    ephor.kill("SIGTERM");
    return ephor.ended;
  };
  return { ...ephor, url, readyMs: Number(readyMs), stop };
}
