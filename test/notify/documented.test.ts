import { readFileSync } from "node:fs";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { webhookBodySchema } from "@ephor/notify/webhook/webhook-body";
import { expect, test } from "vitest";
import { NOTIFICATION_FILES } from "../docs/notifications.ts";

test.each(NOTIFICATION_FILES)("%s is what `node test/docs/notifications.ts` writes", (file, text) => {
  const [written, made] = [readFileSync(file, "utf8"), text()];
  if (!file.endsWith(".json")) return expect(written).toBe(made);
  expect(JSON.parse(written)).toEqual(JSON.parse(made));
});

test("the example of a webhook's body is one", () => {
  const body: unknown = JSON.parse(readFileSync("docs/examples/notifications/webhook.json", "utf8"));
  expect(webhookBodySchema.safeParse(body).success).toBe(true);
});

test("the example of a configuration is one, with a channel of each kind", () => {
  const parsed = parseConfig(readFileSync("docs/examples/notifications/config.json", "utf8"), { file: "example" });
  expect(
    parsed.ok &&
      Object.values(parsed.value.channels)
        .map(({ kind }) => kind)
        .sort(),
  ).toEqual([...["email", "pagerduty", "slack", "teams", "webhook"]]);
});
