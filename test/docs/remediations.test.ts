import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { remediations } from "@ephor/remediations/catalogue";
import { expect, test } from "vitest";
import { REMEDIATIONS_FOLDER, remediationPages } from "./remediations.ts";

const pages = await remediationPages();

test(`${REMEDIATIONS_FOLDER} is what \`node test/docs/remediations.ts\` writes, and nothing else`, () => {
  expect(readdirSync(REMEDIATIONS_FOLDER).sort()).toEqual([...pages.keys()].sort());
  for (const [file, text] of pages) expect(readFileSync(join(REMEDIATIONS_FOLDER, file), "utf8")).toBe(text);
});

test.each(remediations.map((each) => [each.id, each] as const))(
  "the page of %s says what it does, may do and cannot take back",
  (id, { title, description, permissions, irreversible, references }) => {
    const page = pages.get(`${id}.md`) ?? "";
    for (const said of [title, description, irreversible ?? "", ...references]) expect(page).toContain(said);
    for (const action of [...permissions.read, ...permissions.write]) expect(page).toContain(`"${action}"`);
    expect(pages.get("README.md")).toContain(`[\`${id}\`](${id}.md)`);
  },
);
