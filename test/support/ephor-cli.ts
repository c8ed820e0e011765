import { main } from "../../packages/cli/src/main.ts";

export type Said = { readonly code: number; readonly stdout: string; readonly stderr: string };
type Settings = { readonly stdin?: string | Uint8Array; readonly env?: Readonly<Record<string, string>> };

/** Runs a command of the CLI in this process, as `packages/cli/bin/ephor.js` does in one of its own. */
export async function ephor(argv: readonly string[], { stdin = "", env = {} }: Settings = {}): Promise<Said> {
  let [stdout, stderr] = ["", ""];
  const code = await main(argv, {
    env,
    stdin: once(typeof stdin === "string" ? Buffer.from(stdin) : stdin),
    isTty: false,
    out: async (text) => {
      stdout += text;
    },
    say: (line) => {
      stderr += `${line}\n`;
    },
    status: () => undefined,
    stopRequested: () => new Promise(() => undefined),
  });
  return { code, stdout, stderr };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
