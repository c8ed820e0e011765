import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Config } from "@ephor/domain/config/config";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import type { Input, Output } from "@pulumi/pulumi";
import { checkSecrets } from "./channels.ts";
import { CONFIG_PREFIX } from "./grants.ts";
import type { Keys } from "./keys.ts";
import type { Storage } from "./storage.ts";

export type Configuration = {
  /** As written, for the functions: they check it again and fill in defaults. */
  readonly written: JsonObject;
  /** Accounts that are named, for the detection of others. */
  readonly accounts: Config["accounts"];
  readonly remediation: Config["remediation"];
  readonly channels: Config["channels"];
};

/** Reads and checks the configuration that is deployed; without a file, every default. Throws what is wrong with it, and where. */
export function readConfiguration(file: string, root: string): Configuration {
  const path = resolve(root, file);
  const text = existsSync(path) ? readFileSync(path, "utf8") : "{}";
  const parsed = parseConfig(text, { file });
  if (!parsed.ok) throw new Error(`Ephor cannot be deployed yet.\n${parsed.error.message}`);
  checkSecrets(parsed.value);
  const written: unknown = JSON.parse(text);
  return {
    written: isJsonObject(written) ? written : {},
    accounts: parsed.value.accounts,
    remediation: parsed.value.remediation,
    channels: parsed.value.channels,
  };
}

type Made = { readonly keys: Keys; readonly storage: Storage; readonly url: Output<string> };

/** Keeps the configuration beside the evidence, under its hash, and says where. `publicUrl` is the API's address unless one was given. */
export function configurationObject({ written }: Configuration, { keys, storage, url }: Made): Input<string> {
  const content = $util.output(url).apply((publicUrl) => JSON.stringify({ publicUrl, ...written }));
  const key = content.apply((text) => `${CONFIG_PREFIX}${createHash("sha256").update(text).digest("hex")}.json`);
  const object = new aws.s3.BucketObjectv2(
    "Configuration",
    {
      bucket: storage.evidence.bucket,
      key,
      content,
      contentType: "application/json",
      kmsKeyId: keys.evidence.arn,
      serverSideEncryption: "aws:kms",
    },
    // Earlier ones stay: they are evidence of how Ephor was set up, and Object Lock keeps them anyway.
    { retainOnDelete: true },
  );
  return $interpolate`s3://${object.bucket}/${object.key}`;
}
