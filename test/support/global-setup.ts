import { installDynamodbLocal } from "../contract/support/dynamodb-server.ts";

/** What test files share and only one of them may install. */
export default function setup(): void {
  if (process.env["EPHOR_DYNAMODB_LOCAL"] === "1") installDynamodbLocal();
}
