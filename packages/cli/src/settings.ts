import { readFileSync } from "node:fs";
import { adminTokenIn } from "@ephor/node/data-folder";
import { type Invocation, text } from "./command.ts";

export const DATA_DEFAULT = ".ephor";
export const PORT_DEFAULT = 4400;
export const HOST_DEFAULT = "127.0.0.1";

export const dataFolderOf = ({ values, io }: Invocation): string =>
  text(values, "data") ?? io.env["EPHOR_DATA"] ?? DATA_DEFAULT;

export function portOf({ values, io }: Invocation): number | undefined {
  const given = text(values, "port") ?? io.env["EPHOR_PORT"];
  if (given === undefined) return PORT_DEFAULT;
  const port = Number(given);
  return /^\d{1,5}$/.test(given) && port <= 65_535 ? port : undefined;
}

export const nodeUrlOf = (invocation: Invocation): string =>
  text(invocation.values, "url") ??
  invocation.io.env["EPHOR_URL"] ??
  `http://${HOST_DEFAULT}:${portOf(invocation) ?? PORT_DEFAULT}`;

/** The token given, else the one of the environment, else the admin token of the data folder on this machine. */
export function tokenOf(invocation: Invocation): string | undefined {
  const given = text(invocation.values, "token") ?? invocation.io.env["EPHOR_TOKEN"];
  if (given !== undefined) return given;
  try {
    return readFileSync(adminTokenIn(dataFolderOf(invocation)), "utf8").trim();
  } catch {
    return undefined;
  }
}
