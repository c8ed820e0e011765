import { readFileSync } from "node:fs";
import { ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { adminTokenIn } from "@ephor/node/data-folder";
import { type Invocation, text } from "./command.ts";

export const DATA_DEFAULT = ".ephor";
export const PORT_DEFAULT = 4400;
export const HOST_DEFAULT = "127.0.0.1";

export const dataFolderOf = ({ values, io }: Invocation): string =>
  text(values, "data") ?? io.env["EPHOR_DATA"] ?? DATA_DEFAULT;

const PORT_MAX = 65_535;

/** Where `start` listens and where the other commands look for it. */
export function portOf({ values, io }: Invocation): Result<number> {
  const given = text(values, "port") ?? io.env["EPHOR_PORT"];
  if (given === undefined) return ok(PORT_DEFAULT);
  const port = Number(given);
  if (/^\d{1,5}$/.test(given) && port <= PORT_MAX) return ok(port);
  return err(
    ephorError(
      "input.invalid",
      `expected a port from 0 to ${PORT_MAX} (--port, EPHOR_PORT), got ${given.slice(0, 40)}`,
    ),
  );
}

export function nodeUrlOf(invocation: Invocation): Result<string> {
  const url = text(invocation.values, "url") ?? invocation.io.env["EPHOR_URL"];
  if (url !== undefined && !URL.canParse(url))
    return err(ephorError("input.invalid", `expected a URL (--url, EPHOR_URL), got ${url.slice(0, 200)}`));
  if (url !== undefined) return ok(url);
  const port = portOf(invocation);
  return port.ok ? ok(`http://${HOST_DEFAULT}:${port.value}`) : port;
}

/** The token given, else the one of the environment, else the admin token of the data folder on this machine. */
export function tokenOf(invocation: Invocation): string | undefined {
  const given = text(invocation.values, "token") ?? invocation.io.env["EPHOR_TOKEN"];
  if (given !== undefined) return given;
  return adminTokenOf(invocation);
}

/** What the node of this data folder made for its admin; undefined where it has not started yet. */
export function adminTokenOf(invocation: Invocation): string | undefined {
  try {
    return readFileSync(adminTokenIn(dataFolderOf(invocation)), "utf8").trim();
  } catch {
    return undefined;
  }
}
