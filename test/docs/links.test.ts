import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { isJsonObject, type Json } from "@ephor/domain/json";
import { COMMANDS } from "ephor/catalogue";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

type Page = { readonly file: string; readonly text: string };

const pages: readonly Page[] = [...markdownIn(ROOT, false), ...markdownIn(join(ROOT, "docs"), true)].map((file) => ({
  file,
  text: readFileSync(file, "utf8"),
}));

function markdownIn(folder: string, recursive: boolean): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => join(entry.parentPath, entry.name));
}

const named = (page: Page, what: string): string => `${relative(ROOT, page.file)}: ${what}`;

/** Code blocks hold commands and examples, not links. */
const prose = ({ text }: Page): string => text.replaceAll(/^```[\s\S]*?^```/gm, "");

/** As GitHub makes them: lower case, punctuation gone, spaces as dashes. */
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+ +(.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

function brokenLink(page: Page, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? page.file : resolve(dirname(page.file), path);
  if (!existsSync(target)) return true;
  return anchor !== undefined && target.endsWith(".md") && !anchorsOf(readFileSync(target, "utf8")).has(anchor);
}

test("every relative link leads to a file and a heading that are there", () => {
  const broken = pages.flatMap((page) =>
    [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^[a-z]+:/i.test(link) && brokenLink(page, link))
      .map((link) => named(page, link)),
  );
  expect(broken).toEqual([]);
});

/** A path of the repository in back-ticks, from its root; what holds a placeholder or a pattern is none. */
const PATH = /`((?:packages|test|docs|\.ci)\/[^`\s<*…{]+?)\/?`/g;

test("every path of the repository that a page names is there", () => {
  const missing = pages.flatMap((page) =>
    [...prose(page).matchAll(PATH)]
      .map(([, path = ""]) => path)
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => named(page, path)),
  );
  expect(missing).toEqual([]);
});

/** Calls of `tool` in code: in back-ticks, or at the start of a command in a block. */
const callsOf = ({ text }: Page, tool: string): readonly string[] =>
  [...text.matchAll(new RegExp(`(?<![\\w-])${tool} +([^\`\\n|;&#]+)`, "g"))].map(([, call = ""]) => call.trim());

test("every `ephor` command that a page shows exists, with its options", () => {
  const wrong = pages.flatMap((page) =>
    [...callsOf(page, "npx ephor"), ...inTicks(page)].flatMap((call) =>
      problemOf(call).map((what) => named(page, what)),
    ),
  );
  expect(wrong).toEqual([]);
});

const inTicks = (page: Page): readonly string[] =>
  [...prose(page).matchAll(/`ephor ([a-z][^`]*)`/g)].map(([, call = ""]) => call);

function problemOf(call: string): readonly string[] {
  if (call.startsWith("--") || call.startsWith("…")) return [];
  const command = COMMANDS.find(({ name }) => call === name || call.startsWith(`${name} `));
  if (command === undefined) return [`no command "ephor ${call}"`];
  const options = [...call.matchAll(/ --([a-z-]+)/g)].map(([, option = ""]) => option);
  return options
    .filter((option) => option !== "help" && command.options?.[option] === undefined)
    .map((option) => `"ephor ${command.name}" has no --${option}`);
}

test("every npm script that a page shows exists", () => {
  const manifest: Json = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const scripts = isJsonObject(manifest) && isJsonObject(manifest["scripts"]) ? manifest["scripts"] : {};
  const missing = pages.flatMap((page) =>
    callsOf(page, "npm run")
      .map((call) => call.split(/[\s,:;)]+(?=\s|$)|\s/)[0] ?? "")
      .filter((script) => !Object.hasOwn(scripts, script))
      .map((script) => named(page, `npm run ${script}`)),
  );
  expect(missing).toEqual([]);
});

test("every environment variable that the code reads is told, and no other", () => {
  const read = new Set(
    ["packages/cli/src", "packages/node/src"].flatMap((room) =>
      readdirSync(join(ROOT, room), { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .flatMap((entry) =>
          [...readFileSync(join(entry.parentPath, entry.name), "utf8").matchAll(/env\["(EPHOR_\w+)"\]/g)].map(
            ([, name = ""]) => name,
          ),
        ),
    ),
  );
  const page = readFileSync(join(ROOT, "docs/operate.md"), "utf8");
  const told = new Set([...page.matchAll(/`(EPHOR_[A-Z_]+)`/g)].map(([, name = ""]) => name));
  expect([...told].sort()).toEqual([...read].sort());
});
