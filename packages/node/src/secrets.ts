import type { Clock, Random, SecretOf } from "@ephor/app/ports";
import type { Config } from "@ephor/domain/config/config";
import { secretRefsOf, secretsManagerName } from "@ephor/domain/config/secret-refs";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { secretOf } from "./secret-of.ts";

type Deps = {
  readonly clock: Clock;
  readonly random: Random;
  readonly environment: Readonly<Record<string, string | undefined>>;
};

/**
 * Reads every secret that the configuration refers to, so that one that is missing stops the start, by its field's name.
 * Gives what reads them from then on, also those of AWS Secrets Manager.
 */
export async function resolveSecrets(
  d: Deps,
  config: Pick<Config, "channels" | "remediation">,
): Promise<Result<SecretOf, EphorError<"secret.unset">>> {
  const refs = secretRefsOf(config);
  const isInAws = refs.some(({ reference }) => secretsManagerName(reference) !== undefined);
  const read = isInAws ? await withAws(d) : secretOf(d.environment);
  for (const { path, reference } of refs) {
    const value = await read(reference);
    if (!value.ok) return err(ephorError("secret.unset", `${path}: ${value.error.message}`, { path }));
  }
  return ok(read);
}

/** AWS's client is loaded only where a secret lies there. */
async function withAws({ clock, random, environment }: Deps): Promise<SecretOf> {
  const [{ secretsClient }, { secretsManager }] = await Promise.all([
    import("@ephor/aws/secrets/client"),
    import("@ephor/aws/secrets/read-secret"),
  ]);
  const [here, there] = [secretOf(environment), secretsManager({ clock, random, client: secretsClient() })];
  return (reference) => {
    const name = secretsManagerName(reference);
    return name === undefined ? here(reference) : there(name);
  };
}
