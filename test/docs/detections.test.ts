import { readFileSync } from "node:fs";
import { detections } from "@ephor/detections/catalogue";
import { catalogueFor } from "@ephor/detections/catalogue-for";
import { parseConfig } from "@ephor/domain/config/parse-config";
import { expect, test } from "vitest";
import { DETECTIONS_PAGE, detectionsPage } from "./detections.ts";

test(`${DETECTIONS_PAGE} is what \`node test/docs/detections.ts\` writes`, () => {
  expect(readFileSync(DETECTIONS_PAGE, "utf8")).toBe(detectionsPage());
});

test("the page says of every detection why it matters, when it is wrong and what it maps to", () => {
  const page = detectionsPage();
  const accounts = { "111122223333": { environment: "production" } };
  const config = parseConfig({ accounts }, { file: "a configuration that switches everything on" });
  const all = config.ok ? catalogueFor(config.value) : [];
  expect(all.length).toBeGreaterThan(detections.length);
  for (const { id, description, falsePositives, mitre, references } of all) {
    expect(page).toContain(`| [\`${id}\`](#`);
    const section = page.split(`\n## ${id}\n`)[1]?.split("\n## ")[0] ?? "";
    for (const said of [description, falsePositives, ...mitre, ...references]) expect(section).toContain(said);
  }
});
