import { ROUTES } from "@ephor/api/routes/routes";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { aWorld } from "./world.ts";

const documentSchema = z.looseObject({
  openapi: z.literal("3.1.0"),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string(),
        security: z.array(z.unknown()).optional(),
        parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).optional(),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});

async function documentOf() {
  const world = await aWorld();
  const text = await (await world.send("/openapi.json")).text();
  return { text, document: documentSchema.parse(JSON.parse(text)) };
}

describe("/openapi.json", () => {
  test("describes every route of the API, and no other", async () => {
    const { document } = await documentOf();
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const api = ROUTES.filter(({ kind }) => kind === "api").map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual(api.sort());
  });

  test("says which operations need no token", async () => {
    const { document } = await documentOf();
    const open = Object.entries(document.paths).filter(([, { get }]) => get?.security?.length === 0);
    const expected = ["/assets/style.css", "/favicon.ico", "/health", "/openapi.json", "/ready"];
    expect(open.map(([path]) => path).sort()).toEqual(expected);
  });

  test("names each operation once and points at nothing that is not there", async () => {
    const { document, text } = await documentOf();
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    const targets = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? "");
    expect(targets.length).toBeGreaterThan(20);
    for (const name of targets) expect(document.components.schemas).toHaveProperty(name);
    expect(text).not.toContain("#/$defs/");
  });

  test("declares each parameter of a path", async () => {
    const { document } = await documentOf();
    for (const [path, operations] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters = [] } of Object.values(operations)) {
        expect(parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name)).toEqual(inPath);
      }
    }
  });
});
