import type { Route } from "@ephor/api/route";
import { ROUTES } from "@ephor/api/routes/routes";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { EXAMPLE_ID } from "./memory-use-cases.ts";
import { aWorld, OTHER, roleBelow, type Send, type World } from "./world.ts";

/*
 * Drives every route of the table, so that a new one is covered by being declared. A route with parameters or a body
 * gives examples in their schemas' `meta`; one without them fails here.
 */

const CONTENT_TYPES = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  signed: "application/x-www-form-urlencoded",
  events: "application/json",
};
const EVENTS_EXAMPLE = [{ id: "1" }, { id: "2" }];

const shapeOf = (route: Route, part: "params" | "query" | "body"): z.ZodType | undefined => {
  const schema: unknown = route.input.shape[part];
  return schema instanceof z.ZodType ? schema : undefined;
};

function exampleOf(schema: z.ZodType, name: string): unknown {
  const examples: unknown = schema.meta()?.["examples"];
  if (!Array.isArray(examples)) throw new Error(`${name} has no example in its schema's meta`);
  return examples[0];
}

/** The route's path with example parameters, or with `value` for each of them. */
function pathOf(route: Route, value?: string): string {
  const params = shapeOf(route, "params");
  return route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema: unknown = params instanceof z.ZodObject ? params.shape[name] : undefined;
    if (value !== undefined || !(schema instanceof z.ZodType)) return value ?? "missing";
    return name === "token" ? "lnk_unknown" : String(exampleOf(schema, `${route.path} ${name}`));
  });
}

/** Parameters that the route cannot do without, as examples. */
function queryOf(route: Route): string {
  const query = shapeOf(route, "query");
  if (!(query instanceof z.ZodObject)) return "";
  const missing = query.safeParse({}).error?.issues.map(({ path: [name] }) => String(name)) ?? [];
  const pairs = missing.map((name) => {
    const field: unknown = query.shape[name];
    if (!(field instanceof z.ZodType)) throw new Error(`${route.path} has no parameter ${name}`);
    return [name, String(exampleOf(field, `${route.path} ${name}`))];
  });
  return pairs.length === 0 ? "" : `?${new URLSearchParams(Object.fromEntries(pairs))}`;
}

function bodyOf(route: Route): Pick<Send, "body" | "headers"> {
  if (route.body === "none") return {};
  const headers = { "content-type": CONTENT_TYPES[route.body] };
  if (route.body === "events") return { headers, body: JSON.stringify(EVENTS_EXAMPLE) };
  const schema = shapeOf(route, "body");
  const hasFields = schema instanceof z.ZodObject && Object.keys(schema.shape).length > 0;
  const example = schema !== undefined && hasFields ? exampleOf(schema, `${route.path} body`) : {};
  if (route.body === "signed") {
    const { text, headers: signed } = z
      .object({ text: z.string(), headers: z.record(z.string(), z.string()) })
      .parse(example);
    return { headers: { ...headers, ...signed }, body: text };
  }
  if (route.body === "json") return { headers, body: JSON.stringify(example) };
  return { headers, body: new URLSearchParams(z.record(z.string(), z.string()).parse(example)).toString() };
}

const call = (world: World, route: Route, more: Send = {}) =>
  world.send(`${pathOf(route)}${queryOf(route)}`, {
    ...{ method: route.method, ...bodyOf(route), ...more },
    headers: { ...bodyOf(route).headers, ...more.headers },
  });

async function problemOf(answer: Response): Promise<{ code: string }> {
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  return z.object({ code: z.string(), correlationId: z.string() }).parse(await answer.json());
}

const named = ROUTES.map((route) => ({ name: `${route.method} ${route.path}`, route }));
const guarded = named.filter(({ route }) => route.access !== "public");

describe.each(named)("$name", ({ route }) => {
  test("answers as documented, with the headers that every answer carries", async () => {
    const world = await aWorld();
    const token = route.access === "public" ? undefined : await world.tokenFor(route.access);
    const answer = await call(world, route, { token });
    const known = Object.keys(route.answers).map(Number);
    // A token that nobody made and a link that nobody made are not there; everything else is.
    const isMissing = route.path === "/v1/tokens/{id}" || ["/sign-in/{token}", "/approve/{token}"].includes(route.path);
    expect(isMissing ? [404, 401] : known).toContain(answer.status);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(answer.headers.get("content-security-policy")).not.toContain("unsafe-inline");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("referrer-policy")).toBe("no-referrer");
    expect(answer.headers.get("cache-control")).toMatch(/no-store|no-cache/);
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    expect(answer.headers.get("x-correlation-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(world.lines.filter(({ event }) => event === "http.request")).toHaveLength(1);
  });

  test("leaves one access line with the route's template, never the path", async () => {
    const world = await aWorld();
    await call(world, route);
    const [line] = world.lines.filter(({ event }) => event === "http.request");
    expect(line?.fields).toMatchObject({ method: route.method, route: route.path });
    expect(JSON.stringify(line?.fields)).not.toMatch(/lnk_|0123456789abcdef/);
  });

  test("refuses other methods with 405 and names those it knows", async () => {
    const world = await aWorld();
    const answer = await world.send(pathOf(route), { method: "PATCH" });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toContain(route.method);
  });
});

describe.each(guarded)("$name", ({ route }) => {
  test("answers 401 without a token, and says how to authenticate", async () => {
    const world = await aWorld();
    const answer = await call(world, route);
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="ephor"');
    if (route.kind === "api") expect((await problemOf(answer)).code).toBe("auth.missing");
  });

  test("answers 401 to a token that nobody made, and records the refusal", async () => {
    const world = await aWorld();
    const answer = await call(world, route, { token: `eph_${"0".repeat(16)}-acme_${"0".repeat(48)}` });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toContain("invalid_token");
    expect(world.useCases.audited).toMatchObject([
      { did: "refused", this: `${route.method} ${route.path}`, outcome: "auth.refused", address: "192.0.2.1" },
    ]);
  });

  test("answers 403 to the role below, and asks no use case", async () => {
    const world = await aWorld();
    const below = route.access === "public" ? undefined : roleBelow(route.access);
    if (below === undefined) return;
    const answer = await call(world, route, { token: await world.tokenFor(below) });
    expect(answer.status).toBe(403);
    expect(world.useCases.asked).toEqual([]);
    expect(world.useCases.audited).toMatchObject([
      { did: "refused", outcome: "auth.forbidden", caller: { role: below } },
    ]);
  });

  test("gives another tenant nothing", async () => {
    const world = await aWorld();
    await world.tokenFor("viewer");
    const answer = await call(world, route, { token: await world.tokenFor("admin", OTHER) });
    const text = await answer.text();
    // The examples name things of `acme` by their right ids.
    expect(text).not.toMatch(/sg-1|acme|respond-1/);
    const namesOne = route.path.includes("{id}") || route.path.startsWith("/v1/ledger");
    if (namesOne) expect(answer.status).toBe(404);
  });

  test.runIf(route.path.includes("{"))("refuses malformed parameters with 400 and says which", async () => {
    const world = await aWorld();
    const path = pathOf(route, "%00..%2f'x");
    const answer = await world.send(path, {
      method: route.method,
      ...bodyOf(route),
      token: await world.tokenFor("admin"),
    });
    expect(answer.status).toBe(400);
    if (route.kind === "api") expect((await problemOf(answer)).code).toBe("input.invalid");
    expect(world.useCases.asked).toEqual([]);
  });

  test.runIf(shapeOf(route, "query") !== undefined)("refuses unknown and repeated parameters with 400", async () => {
    const world = await aWorld();
    const token = await world.tokenFor("admin");
    const query = queryOf(route) === "" ? "?" : `${queryOf(route)}&`;
    for (const extra of ["surprise=1", "limit=1&limit=2"]) {
      const answer = await world.send(`${pathOf(route)}${query}${extra}`, { token });
      expect(answer.status).toBe(400);
    }
  });
});

describe.each(named.filter(({ route }) => route.body !== "none"))("$name", ({ route }) => {
  const role = route.access === "public" ? "admin" : route.access;

  test("answers 415 to another content type, and to none", async () => {
    const world = await aWorld();
    const token = await world.tokenFor(role);
    for (const type of ["text/plain", "application/xml", ""]) {
      const answer = await call(world, route, { token, headers: { "content-type": type } });
      expect(answer.status).toBe(415);
    }
  });

  test("answers 413 to a body over the limit, with or without a declared length", async () => {
    const world = await aWorld({ bodyBytesMax: 2048 });
    const token = await world.tokenFor(role);
    const large = `{"a":"${"x".repeat(4096)}"}`;
    const chunked = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode("x".repeat(512)));
      },
    });
    for (const body of [large, chunked]) {
      const answer = await call(world, route, { token, body });
      expect(answer.status).toBe(413);
    }
    expect(world.useCases.asked).toEqual([]);
  });

  test.runIf(route.body === "json")("answers 400 to broken, deep and unknown JSON, and says where", async () => {
    const world = await aWorld();
    const token = await world.tokenFor(role);
    for (const body of ["{", "[]", '"text"', `${"[".repeat(100)}${"]".repeat(100)}`, '{"surprise":1}']) {
      const answer = await call(world, route, { token, body });
      expect(answer.status).toBe(400);
      expect((await problemOf(answer)).code).toBe("input.invalid");
    }
    expect(world.useCases.asked).toEqual([]);
  });
});

test("the examples of the table are those that the use cases of this suite know", () => {
  expect(JSON.stringify(ROUTES.map((route) => pathOf(route)))).toContain(EXAMPLE_ID);
});
