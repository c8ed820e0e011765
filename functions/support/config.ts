import { tenantsOf } from "@ephor/app/tenant-of";
import { s3Client } from "@ephor/aws/clients";
import { readObject } from "@ephor/aws/s3/read-object";
import type { Config } from "@ephor/domain/config/config";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { EphorException } from "@ephor/domain/error";
import { once } from "@ephor/tasks/handler";
import { machine, setting } from "./machine.ts";

const BYTES_MAX = 8 * 1024 * 1024;
const where = setting("EPHOR_CONFIG");

/** The configuration, read once. Throws `config.invalid` with what is wrong in it, and where. */
export const config = once(async (): Promise<Config> => {
  const parsed = parseConfig(await textOf(where), { file: "EPHOR_CONFIG" });
  if (!parsed.ok) throw new EphorException(parsed.error);
  return parsed.value;
});

async function textOf(text: string): Promise<string> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(text) ?? [];
  if (bucket === undefined || key === undefined) return text;
  const { bytes } = await readObject({ ...machine, client: s3Client() }, { bucket, key, bytesMax: BYTES_MAX });
  return Buffer.from(bytes).toString("utf8");
}

/** Every tenant of the configuration, for what runs for all of them. */
export const tenantsIn = (one: Config) => {
  const tenants = tenantsOf(one);
  return () => tenants;
};
