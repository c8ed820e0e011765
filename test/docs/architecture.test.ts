import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const PAGE = new URL("../../docs/architecture.md", import.meta.url);
const TABLE = new URL("../architecture.test.ts", import.meta.url);

const words = (list: string): string => list.replaceAll('"', "").split(/, */).filter(Boolean).sort().join(" ");

test("docs/architecture.md tells the rooms as test/architecture.test.ts holds them", () => {
  const held = [...readFileSync(TABLE, "utf8").matchAll(/^ {2}(\w+): \[([^\]]*)\],$/gm)].map(
    ([, room = "", rooms = ""]) => `${room}: ${words(rooms)}`,
  );
  const told = [...readFileSync(PAGE, "utf8").matchAll(/^\| `(?:packages\/)?(\w+)` \|[^|]*\| ([^|]*) \|$/gm)].map(
    ([, room = "", rooms = ""]) => `${room}: ${words(rooms === "nothing" ? "" : rooms)}`,
  );
  expect(held.length).toBeGreaterThan(5);
  expect(told.sort()).toEqual(held.sort());
});
