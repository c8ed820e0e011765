import { readFileSync, statSync } from "node:fs";
import type { Clock, Random, SecretOf } from "@ephor/app/ports";
import type { Config } from "@ephor/domain/config/config";
import { secretRefsOf, secretsManagerName } from "@ephor/domain/config/secret-refs";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";

type Deps = {
  readonly clock: Clock;
  readonly random: Random;
  readonly env: Readonly<Record<string, string | undefined>>;
};
type Unset = EphorError<"secret.unset">;

const BYTES_MAX = 64 * 1024;

/**
 * Reads every secret that the configuration refers to, so that what is missing stops the start, by the field's name and
 * never its value. `env:` and `file:` are read once, those of Secrets Manager again every five minutes.
 */
export async function resolveSecrets(
  d: Deps,
  config: Pick<Config, "channels" | "remediation">,
): Promise<Result<SecretOf, Unset>> {
  const refs = secretRefsOf(config);
  const read = await reader(
    d,
    refs.some(({ reference }) => secretsManagerName(reference) !== undefined),
  );
  const known = new Map<string, string>();
  for (const { path, reference } of refs) {
    const value = await read(reference);
    if (!value.ok) return err(ephorError("secret.unset", `${path}: ${value.error.message}`, { path }));
    if (secretsManagerName(reference) === undefined) known.set(reference, value.value);
  }
  return ok(async (reference) => {
    const value = known.get(reference);
    return value === undefined ? read(reference) : ok(value);
  });
}

/** AWS's client is loaded only where a secret lies there. */
async function reader(d: Deps, usesAws: boolean): Promise<SecretOf> {
  const fromAws = usesAws ? await awsReader(d) : undefined;
  return async (reference) => {
    const name = secretsManagerName(reference);
    if (name !== undefined) return fromAws === undefined ? unset(reference, "nothing reads it here") : fromAws(name);
    return reference.startsWith("env:") ? fromEnvironment(d.env, reference) : fromFile(reference);
  };
}

async function awsReader(d: Deps) {
  const [{ secretsClient }, { secretsManager }] = await Promise.all([
    import("@ephor/aws/secrets/client"),
    import("@ephor/aws/secrets/read-secret"),
  ]);
  return secretsManager({ clock: d.clock, random: d.random, client: secretsClient() });
}

function fromEnvironment(env: Deps["env"], reference: string): Result<string, Unset> {
  const value = env[reference.slice("env:".length)];
  return value === undefined || value === "" ? unset(reference, "the variable is not set") : ok(value);
}

/** A line break at the end is an editor's, not the secret's. */
function fromFile(reference: string): Result<string, Unset> {
  const path = reference.slice("file:".length);
  try {
    const { size } = statSync(path);
    if (size > BYTES_MAX) return unset(reference, `the file has ${size} bytes, expected at most ${BYTES_MAX}`);
    const value = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    return value === "" ? unset(reference, "the file is empty") : ok(value);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unreadable";
    return unset(reference, `the file cannot be read: ${code}`);
  }
}

const unset = (reference: string, why: string) =>
  err(ephorError("secret.unset", `the secret ${reference} is not there: ${why}`));
