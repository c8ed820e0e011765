import type { AwsRequest, AwsService } from "./aws-call.ts";
import { isJsonObject, type Json } from "./json.ts";

/** Where the AWS CLI calls a service otherwise than the SDK's client (AWS CLI Command Reference). */
const CLI_SERVICES: Partial<Record<AwsService, string>> = {
  "config-service": "configservice",
  s3: "s3api",
  "s3-control": "s3control",
};

/** `RevokeSecurityGroupIngress` -> `revoke-security-group-ingress`, `ModifyDBInstance` -> `modify-db-instance`, as the CLI derives it. */
export const cliOperation = (operation: string): string =>
  operation
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1-$2")
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();

/** Text as one word of a POSIX shell, whatever it holds. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** References to earlier answers as words that a person replaces: `<GroupId of call 1>`. */
function readable(value: Json): Json {
  if (isList(value)) return value.map(readable);
  if (!isJsonObject(value)) return value;
  const from = value["$from"];
  if (isJsonObject(from)) return `<${String(from["path"]).slice(1)} of call ${Number(from["call"]) + 1}>`;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, readable(one)]));
}

/** A call as a command of the AWS CLI version 2, to be run with credentials of the account. */
export function awsCliCommand({ service, operation, input }: AwsRequest, region: string): string {
  const name = `${CLI_SERVICES[service] ?? service} ${cliOperation(operation)}`;
  const where = /^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(region) ? ` --region ${region}` : "";
  return `aws ${name}${where} --cli-input-json ${quoted(JSON.stringify(readable(input)))}`;
}
