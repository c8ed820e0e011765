import { join, resolve } from "node:path";
import { freePort } from "../contract/support/dynamodb-server.ts";
import { pythonVenv } from "./python-venv.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** Pinned, as MiniStack is. */
const VENV = { name: "moto", requirements: ["moto[server]==5.2.5"] };

export type Moto = ServerProcess & { readonly endpoint: string; readonly logFile: string };

/** moto's server on a free port of the loopback, installed where it is not there yet. Throws where there is no Python. */
export async function startMoto({ env = {} }: { readonly env?: Readonly<Record<string, string>> } = {}): Promise<Moto> {
  const python = pythonVenv(VENV, ROOT);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = join(ROOT, ".build/emulator", `moto-${port}.log`);
  const server = await startServer({
    command: python,
    args: ["-m", "moto.server", "--host", "127.0.0.1", "--port", String(port)],
    env: {
      ...{ PATH: process.env["PATH"] ?? "", HOME: join(ROOT, ".build/emulator") },
      ...{ MOTO_IAM_LOAD_MANAGED_POLICIES: "true", AWS_EC2_METADATA_DISABLED: "true" },
      ...env,
    },
    logFile,
    healthUrl: `${endpoint}/moto-api/`,
  });
  return { ...server, endpoint, logFile };
}
