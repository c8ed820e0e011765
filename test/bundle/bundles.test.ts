import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FUNCTIONS } from "../../functions/functions.ts";
import { ENVIRONMENT } from "../../functions/support/environment.ts";
import { bundleAll, environmentFor, loadBundle } from "./bundled.ts";

let bundled: Awaited<ReturnType<typeof bundleAll>>;
beforeAll(async () => {
  bundled = await bundleAll();
}, 120_000);
afterAll(() => rmSync(bundled.folder, { recursive: true }));

const modulesOf = (name: string) =>
  readdirSync(join(bundled.folder, name))
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => join(bundled.folder, name, file));
const fileOf = (name: string) => join(bundled.folder, name, "index.mjs");

describe.each(FUNCTIONS.map((spec) => [spec.name, spec] as const))("the bundle of %s", (name, { environment }) => {
  test("loads less than 1 MB, each file with a source map beside it", () => {
    expect(bundled.sizes.get(name)?.atImport).toBeLessThan(1_000_000);
    expect(modulesOf(name).filter((file) => !existsSync(`${file}.map`))).toEqual([]);
  });

  test("has no file that cannot be loaded later", async () => {
    const loaded = await Promise.all(modulesOf(name).map((file) => loadBundle(file, environmentFor(environment))));
    expect(loaded.filter(({ ok }) => !ok)).toEqual([]);
  });

  test("loads by itself, told what it declares and nothing else", async () => {
    const loaded = await loadBundle(fileOf(name), environmentFor(environment));
    expect(loaded).toMatchObject({ ok: true, type: "function", node: expect.stringMatching(/^24\./) });
  });

  test.each(environment)("refuses to start without %s, in a sentence that names it", async (missing) => {
    const rest = environmentFor(environment.filter((one) => one !== missing));
    const loaded = await loadBundle(fileOf(name), rest);
    const sentence = `${missing} is not set; expected the ${ENVIRONMENT[missing].meaning}`;
    expect(loaded.ok ? "" : loaded.stderr).toContain(sentence);
  });
});

test("a malformed variable is told as one", async () => {
  const [spec] = FUNCTIONS.filter(({ name }) => name === "dispatch-effects");
  const environment = environmentFor(spec?.environment ?? []);
  const told = async (more: Record<string, string>) => {
    const loaded = await loadBundle(fileOf("dispatch-effects"), { ...environment, ...more });
    return loaded.ok ? "" : loaded.stderr;
  };
  expect(await told({ EPHOR_TABLE: "no/table" })).toContain("EPHOR_TABLE does not fit; expected the name of the one");
  expect(await told({ EPHOR_WORKFLOW_ARNS: '{"respond":"nowhere"}' })).toContain("EPHOR_WORKFLOW_ARNS does not fit");
  expect(await told({ EPHOR_WORKFLOW_ARNS: "{" })).toContain("EPHOR_WORKFLOW_ARNS does not fit");
});
