import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePort } from "../contract/support/dynamodb-server.ts";
import { pythonVenv } from "./python-venv.ts";
import { type ServerProcess, startServer } from "./server-process.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** Pinned: what is said of it in docs/parity.md was seen with this version. */
const VENV = { name: "ministack", requirements: ["ministack==1.5.33", "cryptography==50.0.2"] };
const WORK = ".build/emulator";

export type Ministack = ServerProcess & {
  readonly endpoint: string;
  readonly logFile: string;
  /** The account that every access key which is no account's number belongs to. */
  readonly account: string;
};

export type MinistackOptions = {
  /** 111111111111 unless told, the account of the synthesised graph. */
  readonly account?: string;
  readonly region?: string;
  /** For the server and for every Lambda function that it runs. */
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * MiniStack on a free port of the loopback, installed where it is not there yet; `launch.py` says what is added to it.
 * Throws a sentence where there is no Python.
 */
export async function startMinistack({
  account = "111111111111",
  region = "eu-central-1",
  env = {},
}: MinistackOptions = {}): Promise<Ministack> {
  const python = pythonVenv(VENV, ROOT);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = join(ROOT, WORK, `ministack-${port}.log`);
  const temp = join(ROOT, WORK, `ministack-${port}`);
  mkdirSync(temp, { recursive: true });
  const server = await startServer({
    command: python,
    args: [join(import.meta.dirname, "launch.py")],
    env: {
      // The functions' bootstrap runs the Node that is first here: this one.
      PATH: `${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}`,
      HOME: temp,
      TMPDIR: temp,
      ...{ GATEWAY_PORT: String(port), BIND_HOST: "127.0.0.1", MINISTACK_HOST: "127.0.0.1" },
      ...{ MINISTACK_ACCOUNT_ID: account, MINISTACK_REGION: region },
      ...{ S3_DATA_DIR: join(temp, "s3"), STATE_DIR: join(temp, "state"), SFTP_ENABLED: "0", IOT_MTLS_ENABLED: "0" },
      // Functions get it only if the server has it; nothing is asked beyond the loopback.
      ...{ AWS_ENDPOINT_URL: endpoint, AWS_EC2_METADATA_DISABLED: "true", DOCKER_HOST: "unix:///nonexistent" },
      ...env,
    },
    logFile,
    healthUrl: `${endpoint}/_ministack/health`,
  });
  return {
    ...{ ...server, endpoint, logFile, account },
    async stop() {
      await server.stop();
      if (existsSync(temp)) rmSync(temp, { recursive: true, force: true });
    },
  };
}
