import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

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
  // Anybody may ask who they are.
  GetCallerIdentity: [],
  // Bundled along: one module reads and writes blobs, one starts executions and answers tasks. What a function declares decides.
  PutObject: [],
  SendTaskSuccess: [],
  SendTaskFailure: [],
  SendTaskHeartbeat: [],
};

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

/** The rights for every operation whose command is in a bundle, which holds only what is used. */
export function actionsIn(folder: string): readonly string[] {
  const operations = modulesIn(folder).flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(COMMAND)].map(([, operation = ""]) => operation),
  );
  return [...new Set(operations)].flatMap((operation) => RIGHTS[operation] ?? [`${operation}, which no policy knows,`]);
}
