import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { oneLine } from "./one-line.ts";
import { choosePort } from "./port.ts";

test("a sandbox takes any free port unless one is asked for", async () => {
  expect(await choosePort(undefined)).toBe(0);
});

test.each(["nonsense", "70000", "-1", "4400x"])("a port that is none (%s) is refused", async (given) => {
  await expect(choosePort(given)).rejects.toThrow(`expected a port from 0 to 65535 (--port, EPHOR_PORT), got ${given}`);
});

test("a port that is taken is refused before anything starts, and taken once it is free", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await expect(choosePort(String(port))).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
  server.close();
  await once(server, "close");
  expect(await choosePort(String(port))).toBe(port);
});

test("what went wrong is told in one line, with the end of what a program said", () => {
  const said =
    "python does not serve:\nTraceback (most recent call last):\n  File x\nImportError: no flask\nPython 3.11\n";
  expect(oneLine(new Error(said))).toBe("python does not serve: ImportError: no flask");
});
