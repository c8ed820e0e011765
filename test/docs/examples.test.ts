import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { expect, test } from "vitest";

const FOLDER = resolve(import.meta.dirname, "../../docs/examples");
const configs = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".config.json"),
);

test.each(configs)("docs/examples/%s is a configuration that a node starts with", (name) => {
  const parsed = parseConfig(readFileSync(join(FOLDER, name), "utf8"), { file: name });
  expect(parsed.ok ? "" : parsed.error.message).toBe("");
});
