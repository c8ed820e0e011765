import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import { z } from "zod";
import { MEDIA_TYPES } from "./media-types.ts";
import type { AnswerSpec, Route } from "./route.ts";
import { problem } from "./schemas.ts";

const VERSION = "1.0.0";
type Direction = "input" | "output";

/** The OpenAPI 3.1 document of `routes`: what is declared there and nothing else. */
export function openApiDocument(routes: readonly Route[], publicUrl: string): JsonObject {
  const components: Record<string, Json> = {};
  const schemaOf = (schema: z.ZodType, io: Direction) => hoist(toJsonSchema(schema, io), components);
  const api = routes.filter((route) => route.kind === "api");
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of api) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, schemaOf) };
  }
  schemaOf(problem, "output");
  return {
    openapi: "3.1.0",
    info: {
      title: "Ephor",
      version: VERSION,
      description: "Event-driven governance for AWS: findings, executions and a signed ledger.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: publicUrl }],
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas: components,
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An API token: `ephor token create`." },
      },
    },
  };
}

type SchemaOf = (schema: z.ZodType, io: Direction) => JsonObject;

function operation(route: Route, schemaOf: SchemaOf): Json {
  const { params, query, body } = route.input.shape;
  const parameters = [
    ...parametersOf("path", { of: params, schemaOf }),
    ...parametersOf("query", { of: query, schemaOf }),
  ];
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replaceAll(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    summary: route.summary,
    ...(route.access === "public"
      ? { security: [] }
      : { description: `Needs the role ${route.access} or one above it.` }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === "none"
      ? {}
      : { requestBody: { required: true, content: contentOf(route, { body, schemaOf }) } }),
    responses: { ...answersOf(route, schemaOf), default: PROBLEM },
  };
}

const PROBLEM: Json = {
  description: "What went wrong (RFC 9457)",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

function parametersOf(place: "path" | "query", { of, schemaOf }: { of: unknown; schemaOf: SchemaOf }): JsonObject[] {
  if (!(of instanceof z.ZodObject)) return [];
  const schema = schemaOf(of, "input");
  const properties = isJsonObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

function contentOf(route: Route, { body, schemaOf }: { body: unknown; schemaOf: SchemaOf }): JsonObject {
  if (route.body === "none") return {};
  if (route.body === "signed") return { [MEDIA_TYPES.signed[0] ?? ""]: { schema: { type: "string" } } };
  const isFixed = route.body !== "events" && body instanceof z.ZodType;
  const schema: Json = isFixed ? schemaOf(body, "input") : EVENTS;
  return Object.fromEntries(MEDIA_TYPES[route.body].map((type) => [type, { schema }]));
}

/** Any event that a parser knows; each is judged on its own, and listed under `rejected` where none does. */
const EVENTS: Json = {
  description: "An event or an array of them; as application/x-ndjson, one a line.",
  oneOf: [{ type: "object" }, { type: "array", items: { type: "object" } }],
};

function answersOf(route: Route, schemaOf: SchemaOf): JsonObject {
  const entries = Object.entries(route.answers).map(([status, answer]) => [status, answerOf(answer, schemaOf)]);
  return Object.fromEntries(entries);
}

function answerOf(answer: AnswerSpec, schemaOf: SchemaOf): JsonObject {
  if ("schema" in answer) {
    return {
      description: answer.what,
      content: { "application/json": { schema: schemaOf(answer.schema, "output") } },
    };
  }
  return { description: answer.what, ...("type" in answer ? { content: { [answer.type]: {} } } : {}) };
}

function toJsonSchema(schema: z.ZodType, io: Direction): JsonObject {
  // zod's own type of the result allows undefined members; JSON text has none.
  const json: unknown = JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io, unrepresentable: "any" })));
  if (!isJsonObject(json)) throw new Error("a JSON Schema that is not an object");
  return json;
}

/** Moves named schemas to the document's components, and points there. */
function hoist({ $schema: _, $defs, ...schema }: JsonObject, components: Record<string, Json>): JsonObject {
  if (isJsonObject($defs)) for (const [name, def] of Object.entries($defs)) components[name] = repointed(def);
  const { id, ...anonymous } = schema;
  if (typeof id !== "string") return asObject(repointed(schema));
  components[id] = repointed(anonymous);
  return { $ref: `#/components/schemas/${id}` };
}

function repointed(schema: Json): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}
const asObject = (value: Json): JsonObject => (isJsonObject(value) ? value : {});
