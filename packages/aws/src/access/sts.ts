import { AssumeRoleCommand, GetCallerIdentityCommand, type STSClient } from "@aws-sdk/client-sts";
import { type EphorError, EphorException, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { type CallDeps, callAws, messageOf, nameOf } from "../call-aws.ts";

export type AccessError = EphorError<"remediation.no-access" | "aws.unavailable">;
export type SessionCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
};

/** The shortest that STS takes. */
const SESSION_SECONDS = 900;

export type RoleSession = {
  readonly roleArn: string;
  readonly externalId: string | undefined;
  readonly sessionName: string;
  readonly policy: string;
};

/** A role's credentials for a quarter of an hour, at most for what `policy` allows. */
export async function assumeRole(
  d: CallDeps & { readonly client: STSClient },
  { roleArn, externalId, sessionName, policy }: RoleSession,
): Promise<Result<SessionCredentials, AccessError>> {
  const command = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    DurationSeconds: SESSION_SECONDS,
    Policy: policy,
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
  });
  const answered = await asked(d, (abortSignal) => d.client.send(command, { abortSignal }));
  if (!answered.ok)
    return refused(answered.error, `the role ${roleArn} cannot be assumed; check its trust and external id`);
  const given = answered.value.Credentials;
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = given ?? {};
  if (!accessKeyId || !secretAccessKey || !sessionToken || given?.Expiration === undefined) {
    return err(ephorError("aws.unavailable", `STS gave no credentials for ${roleArn}`));
  }
  return ok({ accessKeyId, secretAccessKey, sessionToken, expiration: given.Expiration });
}

/** The account that the client's own credentials are of. */
export async function ownAccount(d: CallDeps & { readonly client: STSClient }): Promise<Result<string, AccessError>> {
  const answered = await asked(d, (abortSignal) => d.client.send(new GetCallerIdentityCommand({}), { abortSignal }));
  if (!answered.ok) return refused(answered.error, "Ephor has no credentials that AWS knows");
  return ok(answered.value.Account ?? "");
}

/** Whatever STS or the search for credentials says against it. */
async function asked<T>(d: CallDeps, send: (signal: AbortSignal) => Promise<T>): Promise<Result<T, AccessError>> {
  const sent = (signal: AbortSignal) => send(signal).then((value) => ok(value), withoutCredentials);
  try {
    return await callAws(d, { service: "STS", family: "aws", isRepeatable: true, send: sent });
  } catch (cause) {
    if (cause instanceof EphorException) return err(ephorError("aws.unavailable", cause.message, { cause }));
    return noAccess(cause);
  }
}

/** Where there are no credentials, there will be none in a second either. */
function withoutCredentials(cause: unknown) {
  if (nameOf(cause) === "CredentialsProviderError") return noAccess(cause);
  throw cause;
}

const noAccess = (cause: unknown) =>
  err(ephorError("remediation.no-access", `${nameOf(cause)}: ${messageOf(cause)}`, { cause }));

const refused = ({ code, message, ...more }: AccessError, what: string) =>
  err(ephorError(code, code === "aws.unavailable" ? message : `${what}: ${message}`, more));
