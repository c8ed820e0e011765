import type { ApiTokens } from "@ephor/app/api-tokens";
import type { Sessions } from "@ephor/app/sessions";
import type { Role } from "@ephor/domain/config/person";
import { ok, type Result } from "@ephor/domain/result";
import { z } from "zod";
import { type ApiError, refuse } from "./api-error.ts";
import { fieldErrors } from "./field-errors.ts";
import type { Reply } from "./reply.ts";
import type { Caller, UseCases } from "./use-cases.ts";

/** Who asks, as far as the request's credentials could be verified. */
export type Identity =
  | { readonly kind: "token"; readonly caller: Caller; readonly tokenId: string }
  | { readonly kind: "session"; readonly caller: Caller; readonly secret: string; readonly csrf: string }
  | { readonly kind: "anonymous" }
  | { readonly kind: "refused"; readonly error: ApiError };

/** What every handler gets beside its input. */
export type RouteContext = {
  readonly useCases: UseCases;
  readonly tokens: ApiTokens;
  readonly sessions: Sessions;
  readonly publicUrl: string;
  readonly identity: Identity;
  /** Where the request comes from. */
  readonly address: string;
  readonly correlationId: string;
};

/** `schema` where the answer is JSON; `type` where it is anything else. */
export type AnswerSpec =
  | { readonly what: string; readonly schema: z.ZodType }
  | { readonly what: string; readonly type: string }
  | { readonly what: string };

/**
 * `events`: JSON or NDJSON whose items are judged one by one, so its handler gets a function that splits them. `signed`: a
 * form whose text and headers the handler gets as they came, since a signature is over them.
 */
export type BodyKind = "none" | "json" | "form" | "events" | "signed";

/** What is said of a route once; the server, the OpenAPI document and the tests all read it. */
type Declared<S extends z.ZodObject> = {
  readonly method: "GET" | "POST" | "DELETE";
  /** OpenAPI form; a parameter named `path` takes the rest, slashes included. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly body?: Exclude<BodyKind, "none">;
  /** An object of `params`, `query` and `body`, as far as the route has them; examples in `meta` feed document and tests. */
  readonly input: S;
  /** Answers of success; those of failure follow from the rest of the declaration. */
  readonly answers: { readonly [status: number]: AnswerSpec };
  /** The word that the ledger keeps for a success (console.md: reads of evidence). */
  readonly audits?: string;
  /** A page answers people, in HTML, also when it fails. */
  readonly kind?: "page";
};

export type RawInput = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
};
export type Answer = Promise<Result<Reply, ApiError>>;

export type Route = Omit<Declared<z.ZodObject>, "kind" | "body"> & {
  readonly kind: "api" | "page";
  readonly body: BodyKind;
  /** The least role that may call it. */
  readonly access: Role | "public";
  readonly isProbe?: true;
  run(context: RouteContext, raw: RawInput): Answer;
};

export const NO_INPUT = z.object({});

/** A route for callers with at least `role`. */
export function route<S extends z.ZodObject>(
  spec: Declared<S> & {
    readonly role: Role;
    handle(input: z.output<S>, context: RouteContext & { readonly caller: Caller }): Answer;
  },
): Route {
  const { role, handle, kind = "api", body = "none", ...declared } = spec;
  return {
    ...{ ...declared, kind, body, access: role },
    async run(context, raw) {
      const { identity } = context;
      if (!("caller" in identity)) return refuse("auth.missing", "this needs a bearer token or a session");
      const input = parseInput(declared.input, raw);
      return input.ok ? handle(input.value, { ...context, caller: identity.caller }) : input;
    },
  };
}

/**
 * A route that asks for no credentials. A probe is answered before anybody is recognised or counted: a balancer that is
 * told 429 takes a healthy node out, and behind a busy proxy it shares its address with everyone.
 */
export function publicRoute<S extends z.ZodObject>(
  spec: Declared<S> & { readonly isProbe?: true; handle(input: z.output<S>, context: RouteContext): Answer },
): Route {
  const { handle, kind = "api", body = "none", ...declared } = spec;
  return {
    ...{ ...declared, kind, body, access: "public" },
    async run(context, raw) {
      const input = parseInput(declared.input, raw);
      return input.ok ? handle(input.value, context) : input;
    },
  };
}

function parseInput<S extends z.ZodObject>(schema: S, raw: RawInput): Result<z.output<S>, ApiError> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return ok(parsed.data);
  const errors = fieldErrors(parsed.error);
  return refuse("input.invalid", `the request is not as expected: ${errors[0]?.message ?? "see errors"}`, { errors });
}
