import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { CLIENT_LIMITS } from "../dynamodb/call-dynamodb.ts";

type Given = ConstructorParameters<typeof SecretsManagerClient>[0];

/** Bounds of architecture rule 10; retries are `callAws`'s. `given` is for tests. */
export const secretsClient = (given: Given = {}): SecretsManagerClient =>
  new SecretsManagerClient({ ...CLIENT_LIMITS, ...given });
