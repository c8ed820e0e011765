import type { ApiTokens } from "@ephor/app/api-tokens";
import type { Clock, Log, Random } from "@ephor/app/ports";
import type { Sessions } from "@ephor/app/sessions";
import type { Context } from "hono";
import type { Identity } from "./route.ts";
import type { UseCases } from "./use-cases.ts";

export type ApiSettings = {
  /** Where people reach this node; https makes cookies Secure. */
  readonly publicUrl: string;
  /** Addresses or CIDR networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly requestsPerSecond: number;
  /** A burst may hold this many seconds of requests. */
  readonly burstFactor: number;
  readonly bodyBytesMax: number;
};

export type ApiDeps = {
  readonly useCases: UseCases;
  readonly tokens: ApiTokens;
  readonly sessions: Sessions;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: ApiSettings;
};

/** `address` of the peer is the server's to give: `api.fetch(request, { address })`. */
export type ApiEnv = {
  Bindings: { readonly address?: string | undefined };
  Variables: { correlationId: string; address: string; identity: Identity; publicUrl: string };
};
export type ApiContext = Context<ApiEnv>;
