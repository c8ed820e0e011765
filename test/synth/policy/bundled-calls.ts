import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SERVICES } from "@ephor/aws/access/services/services";
import { AWS_SERVICES } from "@ephor/domain/aws-call";
import { iamActionsOf } from "@ephor/remediations/iam-actions";

/** The rights that each operation needs; what is not here has to be added before it is called. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  GetItem: ["dynamodb:GetItem"],
  BatchGetItem: ["dynamodb:BatchGetItem"],
  Query: ["dynamodb:Query"],
  PutItem: ["dynamodb:PutItem"],
  UpdateItem: ["dynamodb:UpdateItem"],
  DeleteItem: ["dynamodb:DeleteItem"],
  TransactWriteItems: [
    ...["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem"],
  ],
  GetObject: ["s3:GetObject"],
  // The clients call these only for express buckets and for the discovery of endpoints, which is off.
  CreateSession: [],
  DescribeEndpoints: [],
  StartExecution: ["states:StartExecution"],
  GetExecutionHistory: ["states:GetExecutionHistory"],
  SendMessage: ["sqs:SendMessage"],
  GetQueueAttributes: ["sqs:GetQueueAttributes"],
  PutEvents: ["events:PutEvents"],
  Sign: ["kms:Sign"],
  GetPublicKey: ["kms:GetPublicKey"],
  GenerateMac: ["kms:GenerateMac"],
  GenerateDataKey: ["kms:GenerateDataKey"],
  Decrypt: ["kms:Decrypt"],
  AssumeRole: ["sts:AssumeRole"],
  SendEmail: ["ses:SendEmail"],
  GetSecretValue: ["secretsmanager:GetSecretValue"],
  // Anybody may ask who they are.
  GetCallerIdentity: [],
  // Bundled along: one module reads and writes blobs, one starts executions and answers tasks. What a function declares decides.
  PutObject: [],
  SendTaskSuccess: [],
  SendTaskFailure: [],
  SendTaskHeartbeat: [],
};

/** What is called as the remediation role, by the name of the operation: the actions that the role needs for it. */
const AS_REMEDIATION_ROLE = new Map<string, readonly string[]>();
for (const service of AWS_SERVICES) {
  const { calls } = await SERVICES[service]();
  for (const operation of calls.operations) {
    const before = AS_REMEDIATION_ROLE.get(operation) ?? [];
    AS_REMEDIATION_ROLE.set(operation, [...before, ...iamActionsOf({ service, operation })]);
  }
}

/** A command as the SDK's clients declare it, minified: `class A extends B(c,d,"GetItem",…`. */
const COMMAND = /\bextends [\w$]+\([\w$]+,\s*[\w$]+,\s*"([A-Z][A-Za-z]+)",/g;

/** What one file of a bundle has the next load with it; one that is imported dynamically is not. */
const LOADED_WITH = /(?:\bfrom|\bimport)"\.\/([\w-]+\.mjs)"/g;

const modulesIn = (folder: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".mjs")) : [];

/** Files of a bundle that have no source map, and those that are no part of it. */
export function oddFilesIn(folder: string): readonly string[] {
  const modules = modulesIn(folder);
  const wanted = modules.flatMap((file) => [file, `${file}.map`]);
  const found = readdirSync(folder);
  return [...wanted.filter((file) => !found.includes(file)), ...found.filter((file) => !wanted.includes(file))];
}

/** Bytes that are loaded as a function starts. */
export function bytesAtImport(folder: string): number {
  const loaded = new Set<string>(["index.mjs"]);
  for (const file of loaded) {
    for (const [, next = ""] of readFileSync(join(folder, file), "utf8").matchAll(LOADED_WITH)) loaded.add(next);
  }
  return [...loaded].reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}

/** Every operation whose command is in a bundle, which holds only what is used. Bundles do not change while policies are asked. */
function operationsIn(folder: string): readonly string[] {
  const known = found.get(folder);
  if (known !== undefined) return known;
  const operations = modulesIn(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(COMMAND)].map(([, operation = ""]) => operation),
  );
  const each = [...new Set(operations)];
  found.set(folder, each);
  return each;
}
const found = new Map<string, readonly string[]>();

/** Who calls in a bundle: the function in its own name, and where it `remediates` as the remediation role as well. */
type Caller = { readonly remediates: boolean };

/** The rights that a function itself needs for what its bundle calls. */
export const actionsIn = (folder: string, { remediates }: Caller): readonly string[] =>
  operationsIn(folder)
    .filter((operation) => !remediates || !AS_REMEDIATION_ROLE.has(operation))
    .flatMap((operation) => RIGHTS[operation] ?? [`${operation}, which no policy knows,`]);

/** The rights that the remediation role needs for what a bundle calls with it. */
export const remediationActionsIn = (folder: string): readonly string[] =>
  operationsIn(folder).flatMap((operation) => AS_REMEDIATION_ROLE.get(operation) ?? []);
