import { once } from "node:events";
import { createServer } from "node:net";

const PORT_MAX = 65_535;

/**
 * The port that was asked for, or 0 (any free one) where none was. Looked at before anything is installed or started:
 * throws a sentence where it is none or is taken.
 */
export async function choosePort(given: string | undefined): Promise<number> {
  if (given === undefined) return 0;
  const port = Number(given);
  if (!/^\d{1,5}$/.test(given) || port > PORT_MAX)
    throw new Error(`expected a port from 0 to ${PORT_MAX} (--port, EPHOR_PORT), got ${given.slice(0, 40)}`);
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const why = code === "EADDRINUSE" ? "is taken: leave it out for a free one" : `cannot be used (${String(code)})`;
    throw new Error(`port ${port} of 127.0.0.1 ${why}`, { cause });
  }
  server.close();
  await once(server, "close");
  return port;
}
