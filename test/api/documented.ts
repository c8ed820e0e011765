import { openApiDocument } from "@ephor/api/openapi";
import { ROUTES } from "@ephor/api/routes/routes";
import { isJsonObject, type Json, type JsonObject } from "@ephor/domain/json";
import { expect } from "vitest";
import { z } from "zod";

const DOCUMENT: JsonObject = JSON.parse(JSON.stringify(openApiDocument(ROUTES, "http://127.0.0.1:4400")));

function at(value: Json | undefined, ...steps: string[]): JsonObject | undefined {
  let here = value;
  for (const step of steps) here = isJsonObject(here) ? here[step] : undefined;
  return isJsonObject(here) ? here : undefined;
}

const SCHEMAS = at(DOCUMENT, "components", "schemas") ?? {};

/** `schema` of the document as a validator: components become `$defs`, which is where zod looks for them. */
function validatorOf(schema: JsonObject): z.ZodType {
  const whole = JSON.stringify({ ...schema, $defs: SCHEMAS }).replaceAll("#/components/schemas/", "#/$defs/");
  return z.fromJSONSchema(JSON.parse(whole));
}

const templates = Object.keys(at(DOCUMENT, "paths") ?? {}).map((template) => ({
  template,
  form: new RegExp(`^${template.replace("{path}", ".+").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

/** Fails unless the document says that `asked` may be answered like this, and the JSON is as it says. */
export async function expectDocumented(answer: Response, asked: { method: string; path: string }): Promise<void> {
  const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
  const template = templates.find(({ form }) => form.test(asked.path))?.template;
  if (template === undefined || type === "text/html" || asked.method === "HEAD") return;
  const operation = at(DOCUMENT, "paths", template, asked.method.toLowerCase());
  const responses = at(operation, "responses");
  if (responses === undefined) {
    expect(answer.status, `${asked.method} ${template} is not documented`).toBe(405);
    return;
  }
  const documented = at(responses, String(answer.status)) ?? at(responses, "default");
  if (answer.status === 304 || answer.body === null) return;
  const content = at(documented, "content", type);
  expect(content, `${asked.method} ${template} answers ${answer.status} with ${type}, undocumented`).toBeDefined();
  const schema = at(content, "schema");
  if (schema === undefined) return;
  const judged = validatorOf(schema).safeParse(await answer.json());
  expect(judged.error, `${asked.method} ${template} ${answer.status}`).toBeUndefined();
}
