import { readFileSync } from "node:fs";
import { isJsonObject } from "@ephor/domain/json";
import { PATTERNS } from "@ephor/domain/redact/patterns";
import { expect, test } from "vitest";
import { CONFIG_SCHEMA_FILE, configSchemaText } from "./config-schema.ts";
import { REDACTION_PAGE, redactionPage } from "./redaction.ts";

test.each([
  [REDACTION_PAGE, "test/docs/redaction.ts", redactionPage],
  [CONFIG_SCHEMA_FILE, "test/docs/config-schema.ts", configSchemaText],
])("%s is what `node %s` writes", (file, _, make) => {
  expect(readFileSync(file, "utf8")).toBe(make());
});

test("the page has a line for every pattern and shows no hit", () => {
  const page = redactionPage();
  for (const { id, hit } of PATTERNS) {
    expect(page).toContain(`| \`${id}\` |`);
    expect(page).not.toContain(hit);
  }
});

const DESCRIBED = /(?:Required\.|Default: .+\.) Bounds: .+\. (?:Not s|S)ensitive\.$/;

test("every field of the configuration says its default, its bounds and whether it is sensitive", () => {
  const bare: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (!isJsonObject(schema)) return;
    for (const [name, field] of Object.entries(schema["properties"] ?? {})) {
      if (!isJsonObject(field) || !DESCRIBED.test(String(field["description"]))) bare.push(`${path}/${name}`);
    }
    for (const [key, inner] of Object.entries(schema))
      visit(Array.isArray(inner) ? { ...inner } : inner, `${path}/${key}`);
  };
  visit(JSON.parse(configSchemaText()), "");
  expect(bare).toEqual([]);
});
