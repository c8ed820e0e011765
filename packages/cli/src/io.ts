/** What a command talks to; a test gives its own. */
export type Io = {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Whether stdout is a terminal that a person reads. */
  readonly isTty: boolean;
  /** How wide that terminal is; 80 unless told. */
  readonly columns?: number;
  /** Results: one piece of text, written as it is. Resolves when the reader is ready for more. */
  out(text: string): Promise<void>;
  /** Everything else. */
  say(line: string): void;
  /** One line of stderr that the next one overwrites; empty clears it. */
  status(line: string): void;
  /** Resolves when the process is asked to end: SIGINT or SIGTERM. A second signal ends it at once. */
  stopRequested(): Promise<string>;
};

export function processIo(): Io {
  return {
    env: process.env,
    stdin: process.stdin,
    isTty: process.stdout.isTTY === true,
    ...(process.stdout.columns > 0 ? { columns: process.stdout.columns } : {}),
    out: (text) =>
      new Promise((resolve) => {
        if (process.stdout.write(text)) resolve();
        else process.stdout.once("drain", resolve);
      }),
    say: (line) => void process.stderr.write(`${line}\n`),
    status: (line) => void process.stderr.write(`\r\x1b[K${line}`),
    stopRequested: () =>
      new Promise((resolve) => {
        let isAsked = false;
        const onSignal = (signal: string) => {
          if (isAsked) process.exit(128 + 15);
          isAsked = true;
          resolve(signal);
        };
        process.on("SIGINT", onSignal);
        process.on("SIGTERM", onSignal);
      }),
  };
}
