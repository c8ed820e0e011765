import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { timestamp } from "@ephor/domain/time";
import { expect, onTestFinished, test } from "vitest";
import { pooledRandom } from "./pooled-random.ts";
import { resolveSecrets } from "./secrets.ts";

function configOf(value: object) {
  const parsed = parseConfig(value, { file: "test" });
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}
const resolve = (config: object, environment: Record<string, string> = {}) =>
  resolveSecrets({ clock: { now: () => timestamp(0) }, random: pooledRandom(), environment }, configOf(config));
const slack = (token: string) => ({ channels: { security: { kind: "slack", token, channel: "#alerts" } } });

test("what is set can be read from then on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ephor-secrets-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "key"), "from a file\n");
  const config = {
    channels: { ...slack("env:TOKEN").channels, page: { kind: "pagerduty", routingKey: `file:${folder}/key` } },
  };
  const secrets = await resolve(config, { TOKEN: "from a variable" });
  if (!secrets.ok) throw new Error(secrets.error.message);
  expect(await secrets.value("env:TOKEN")).toEqual({ ok: true, value: "from a variable" });
  expect(await secrets.value(`file:${folder}/key`)).toEqual({ ok: true, value: "from a file" });
});

test.each([
  ["a channel's", slack("env:GONE"), "/channels/security/token"],
  [
    "an account's",
    {
      remediation: {
        accounts: { "111122223333": { roleArn: "arn:aws:iam::111122223333:role/r", externalId: "env:GONE" } },
      },
    },
    "/remediation/accounts/111122223333/externalId",
  ],
])("%s secret that is not set stops the start by the name of its field", async (_, config, path) => {
  const secrets = await resolve(config, { OTHER: "hunter2" });
  expect(secrets).toMatchObject({ ok: false, error: { code: "secret.unset", path } });
  expect(secrets.ok ? "" : secrets.error.message).toContain(path);
  expect(JSON.stringify(secrets)).not.toContain("hunter2");
});
