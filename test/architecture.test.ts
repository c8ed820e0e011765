import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { detections } from "@ephor/detections/catalogue";
import { unknownAccount } from "@ephor/detections/ephor/unknown-account";
import { parseDefinition } from "@ephor/local/engine/parse/parse-definition";
import { tasks } from "@ephor/tasks/registry";
import { checkTopology } from "@ephor/topology/check";
import { substitute } from "@ephor/topology/placeholders";
import { topologyOf } from "@ephor/topology/topology";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** Which room may import which (docs/architecture.md). `app/ports` and its plain helpers are what adapters see of the app. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  events: ["domain"],
  detections: ["domain", "events"],
  remediations: ["domain"],
  topology: ["domain", "events", "detections", "remediations"],
  app: ["domain", "events"],
  tasks: ["domain", "events", "app", "topology", "detections", "remediations"],
  aws: ["domain", "app"],
  notify: ["domain", "app"],
  local: ["domain", "events", "app"],
  api: ["domain", "app"],
  // biome-ignore format: one line a room, which test/docs/architecture.test.ts reads
  node: ["domain", "events", "detections", "remediations", "topology", "app", "tasks", "local", "api", "aws", "notify"],
  cli: ["domain", "events", "detections", "remediations", "app", "api", "local", "node"],
  functions: ["domain", "events", "detections", "remediations", "topology", "app", "tasks", "aws", "api", "notify"],
  stacks: ["domain", "detections", "remediations", "topology", "aws", "functions"],
};
/** Rooms that are no package: their files stand at the top level and are reached by path. */
const TOP_LEVEL = ["functions", "stacks"];
const folderOf = (room: string): string =>
  TOP_LEVEL.includes(room) ? join(ROOT, room) : join(ROOT, "packages", room, "src");
/** The rooms where a program begins; only they read the environment and the clock of the machine. */
const COMPOSITION_ROOTS = ["node", "cli", "functions", "stacks"];

type Source = { readonly file: string; readonly room: string; readonly text: string };

const sources: readonly Source[] = Object.keys(MAY_IMPORT).flatMap((room) =>
  filesBelow(folderOf(room))
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => ({ file, room, text: readFileSync(file, "utf8") })),
);

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** What a file imports: `from "…"`, `import("…")`, `import "…"`. */
const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)"([^"]+)"/g)].map(([, name]) => name ?? "");

/** The room that an import leads into: a package by its name, or by path the folder where the file lies. */
function roomOf(source: Source, name: string): string | undefined {
  if (!name.startsWith(".")) return /^@ephor\/([a-z]+)/.exec(name)?.[1];
  const file = resolve(dirname(source.file), name);
  if (file.startsWith(join(ROOT, "packages", source.room))) return source.room;
  return Object.keys(MAY_IMPORT).find((room) => file.startsWith(`${folderOf(room)}/`));
}

const shown = (file: string): string => relative(ROOT, file);

/** The file that an import of one of our own names, or undefined. */
function target(source: Source, name: string): string | undefined {
  if (name.startsWith(".")) return resolve(dirname(source.file), name);
  const [, room, path] = /^@ephor\/([a-z]+)(?:\/(.+))?$/.exec(name) ?? [];
  return room === undefined ? undefined : join(ROOT, "packages", room, "src", `${path ?? "index"}.ts`);
}

describe("rooms", () => {
  test("a room imports only the rooms that the table allows", () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source.text).flatMap((name) => {
        const room = roomOf(source, name);
        if (room === undefined || room === source.room || MAY_IMPORT[source.room]?.includes(room)) return [];
        return [`${shown(source.file)} imports ${name}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("a file reaches no other room by a path", () => {
    const wrong = sources.flatMap((source) =>
      importsOf(source.text)
        .filter((name) => name.startsWith("."))
        .filter((name) => ![source.room, ...TOP_LEVEL].includes(roomOf(source, name) ?? ""))
        .map((name) => `${shown(source.file)} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  test("every import of our own names a file that is there", () => {
    const files = new Set(sources.map(({ file }) => file));
    const wrong = sources.flatMap((source) =>
      importsOf(source.text)
        .map((name) => target(source, name))
        .filter((file) => file?.endsWith(".ts") && !files.has(file))
        .map((file) => `${shown(source.file)} imports ${shown(file ?? "")}`),
    );
    expect(wrong).toEqual([]);
  });

  test("no file imports itself by way of others", () => {
    expect(cycles()).toEqual([]);
  });

  test("the environment is read in composition roots alone", () => {
    const wrong = sources
      .filter(({ room, text }) => !COMPOSITION_ROOTS.includes(room) && /\bprocess\.env\b/.test(text))
      .map(({ file }) => shown(file));
    expect(wrong).toEqual([]);
  });

  test("time and chance are ports outside composition roots", () => {
    const wrong = sources
      .filter(
        ({ room, text }) =>
          !COMPOSITION_ROOTS.includes(room) && /\bDate\.now\(|\bMath\.random\(|new Date\(\)/.test(text),
      )
      .map(({ file }) => shown(file));
    expect(wrong).toEqual([]);
  });
});

/** Cycles of imports that exist at run time; `import type` is gone by then. */
function cycles(): readonly string[] {
  const edges = new Map<string, readonly string[]>();
  for (const source of sources) {
    const runtime = source.text.replaceAll(/^(?:import|export) type [^;]*;/gm, "");
    edges.set(
      source.file,
      importsOf(runtime).flatMap((name) => target(source, name) ?? []),
    );
  }
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at !== -1) found.push([...path.slice(at), file].map(shown).join(" -> "));
    if (at !== -1 || done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}

describe("topology", () => {
  const topology = topologyOf([...detections, unknownAccount(["111122223333"])]);

  test("nothing in it is unknown, forbidden or over a quota", () => {
    expect(checkTopology(topology)).toEqual([]);
  });

  test("every task has a handler and every handler a task", () => {
    expect(Object.keys(tasks).sort()).toEqual(topology.tasks.map(({ name }) => name).sort());
  });

  test("the function of a task holds that task and no other", async () => {
    const odd = topology.tasks.flatMap(({ name }) => {
      const text = readFileSync(join(ROOT, "functions", `${name}.ts`), "utf8");
      const imported = [...text.matchAll(/"@ephor\/tasks\/tasks\/([^"]+)"/g)].map(([, task]) => task);
      const named = [...text.matchAll(/taskHandler\(\{ name: "([^"]+)"/g)].map(([, task]) => task);
      return imported.join() === name && named.join() === name ? [] : [`${name}: ${imported} as ${named}`];
    });
    expect(odd).toEqual([]);
    for (const [name, task] of Object.entries(tasks)) {
      const module: object = await import(`../packages/tasks/src/tasks/${name}.ts`);
      expect(Object.values(module), name).toEqual([task]);
    }
  });

  test("the engine accepts every workflow once its names are put in", () => {
    const refused = topology.workflows.flatMap(({ name, definition }) => {
      const parsed = parseDefinition(substitute(definition, (placeholder) => placeholder.name));
      return parsed.ok ? [] : [`${name}: ${parsed.error.message}`];
    });
    expect(refused).toEqual([]);
  });

  test("the definitions that AWS gets are valid by asl-validator as well", async () => {
    const { default: validate } = await import("asl-validator");
    const broken = topology.workflows.filter(({ definition }) => {
      const arns = substitute(definition, ({ kind, name }) => `arn:aws:${kind}:eu-west-1:111122223333:${name}`);
      return !validate(arns).isValid;
    });
    expect(broken.map(({ name }) => name)).toEqual([]);
  });
});
