import type { SecretOf } from "@ephor/app/ports";
import { secretsClient } from "@ephor/aws/secrets/client";
import { secretsManager } from "@ephor/aws/secrets/read-secret";
import { secretsManagerName } from "@ephor/domain/config/secret-refs";
import { ephorError } from "@ephor/domain/error";
import { err } from "@ephor/domain/result";
import { machine } from "./machine.ts";

/** Reads secrets of AWS Secrets Manager, those that the deployment lets this function read; a function has no others. */
export function secrets(): SecretOf {
  const read = secretsManager({ ...machine, client: secretsClient() });
  return async (reference) => {
    const name = secretsManagerName(reference);
    if (name !== undefined) return read(name);
    return err(ephorError("secret.unset", `${reference} cannot be read by a function; expected secretsmanager:NAME`));
  };
}
