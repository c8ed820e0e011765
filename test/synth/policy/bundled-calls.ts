import { existsSync, readFileSync } from "node:fs";

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
  // Bundled along: one module reads and writes blobs, one starts executions and answers tasks. What a function declares decides.
  PutObject: [],
  SendTaskSuccess: [],
  SendTaskFailure: [],
  SendTaskHeartbeat: [],
};

/** A command as the SDK's clients declare it, minified: `class A extends B(c,d,"GetItem",…`. */
const COMMAND = /\bextends [\w$]+\([\w$]+,\s*[\w$]+,\s*"([A-Z][A-Za-z]+)",/g;

/** The rights for every operation whose command is in a bundle, which holds only what is used. */
export function actionsIn(file: string): readonly string[] {
  if (!existsSync(file)) return [];
  const operations = [...readFileSync(file, "utf8").matchAll(COMMAND)].map(([, operation = ""]) => operation);
  return [...new Set(operations)].flatMap((operation) => RIGHTS[operation] ?? [`${operation}, which no policy knows,`]);
}
