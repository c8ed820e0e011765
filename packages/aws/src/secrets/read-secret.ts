import {
  GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Clock } from "@ephor/app/ports";
import { type EphorError, EphorException, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { epochMsOf } from "@ephor/domain/time";
import { type CallDeps, callAws, nameOf } from "../call-aws.ts";

type Deps = CallDeps & { readonly client: SecretsManagerClient; readonly clock: Clock };
type Secret = Result<string, EphorError<"secret.unset">>;

/** A rotated secret is in use within this time, and Secrets Manager is not asked for each message. */
const KEPT_MS = 5 * 60_000;

/**
 * Reads secrets of AWS Secrets Manager by name. Error: `secret.unset` where there is none of that name, it may not be read,
 * or it is no text; while Secrets Manager cannot be reached, what was read before counts on.
 */
export function secretsManager(d: Deps): (name: string) => Promise<Secret> {
  const known = new Map<string, { readonly value: string; readonly untilMs: number }>();
  return async (name) => {
    const nowMs = epochMsOf(d.clock.now());
    const kept = known.get(name);
    if (kept !== undefined && kept.untilMs > nowMs) return ok(kept.value);
    const read = await readSecret(d, name);
    if (read.ok) known.set(name, { value: read.value, untilMs: nowMs + KEPT_MS });
    return !read.ok && read.isPassing && kept !== undefined ? ok(kept.value) : read;
  };
}

type Read = Secret & { readonly isPassing?: boolean };

async function readSecret(d: Deps, name: string): Promise<Read> {
  const command = new GetSecretValueCommand({ SecretId: name });
  try {
    const { SecretString: value } = await callAws<GetSecretValueCommandOutput>(d, {
      service: "Secrets Manager",
      family: "aws",
      isRepeatable: true,
      send: (abortSignal) => d.client.send(command, { abortSignal }),
    });
    return value === undefined || value === "" ? unset(name, "it holds no text") : ok(value);
  } catch (cause) {
    const isPassing = cause instanceof EphorException;
    return { ...unset(name, isPassing ? cause.error.message : nameOf(cause)), isPassing };
  }
}

const unset = (name: string, why: string) =>
  err(ephorError("secret.unset", `the secret secretsmanager:${name} cannot be read: ${why}`));
