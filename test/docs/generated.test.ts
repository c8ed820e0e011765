import { readFileSync } from "node:fs";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { expect, test } from "vitest";
import { CONFIGURATION_PAGE, configurationPage, EXAMPLE } from "./configuration.ts";
import { RECORD_SCHEMA_FILES, recordSchemaText } from "./ledger-record.ts";
import { LOG_EVENTS_PAGE, logEventsPage } from "./log-events.ts";
import { REMEDIATION_ROLE_TEMPLATE, remediationRoleTemplate } from "./remediation-role.ts";

type Generated = readonly [file: string, generator: string, make: () => string];

const GENERATED: readonly Generated[] = [
  [CONFIGURATION_PAGE, "test/docs/configuration.ts", configurationPage],
  [LOG_EVENTS_PAGE, "test/docs/log-events.ts", logEventsPage],
  [REMEDIATION_ROLE_TEMPLATE, "test/docs/remediation-role.ts", remediationRoleTemplate],
  ...RECORD_SCHEMA_FILES.map(
    ([file, form, title]): Generated => [file, "test/docs/ledger-record.ts", () => recordSchemaText(form, title)],
  ),
];

test.each(GENERATED)("%s is what `node %s` writes", (file, _, make) => {
  expect(readFileSync(file, "utf8")).toBe(make());
});

test("the example of a configuration is one", () => {
  expect(parseConfig(EXAMPLE, { file: "the example" })).toMatchObject({ ok: true });
});

test("every field of the configuration has its meaning, its default and its bounds told apart", () => {
  const rows = configurationPage()
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  expect(rows.length).toBeGreaterThan(50);
  expect(rows.filter((row) => /Bounds: |ensitive\. \||\| \|$/.test(row.replace("Sensitive. |", "|")))).toEqual([]);
});
