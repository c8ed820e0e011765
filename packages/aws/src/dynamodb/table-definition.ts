import type { CreateTableCommandInput, UpdateTimeToLiveCommandInput } from "@aws-sdk/client-dynamodb";
import type { IndexName } from "@ephor/app/ports";
import { INDEX_NAMES } from "@ephor/app/store-indexes";

export type IndexAttributes = { readonly pk: string; readonly sk: string };

/** The key attributes of each index; an item that lacks them is not in it. */
export const INDEX_ATTRIBUTES: { readonly [I in IndexName]: IndexAttributes } = {
  byTime: { pk: "byTimePk", sk: "byTimeSk" },
  byResource: { pk: "byResourcePk", sk: "byResourceSk" },
  byOpen: { pk: "byOpenPk", sk: "byOpenSk" },
  due: { pk: "duePk", sk: "dueSk" },
};

/** Epoch seconds. DynamoDB deletes the item up to some days after; reads leave it out at once. */
export const EXPIRY_ATTRIBUTE = "expiresAt";

const KEY = [
  { AttributeName: "pk", KeyType: "HASH" },
  { AttributeName: "sk", KeyType: "RANGE" },
] satisfies CreateTableCommandInput["KeySchema"];

/** The one table, as tests create it and the infrastructure declares it. */
export function tableDefinition(name: string): CreateTableCommandInput {
  const attributes = ["pk", "sk", ...Object.values(INDEX_ATTRIBUTES).flatMap(({ pk, sk }) => [pk, sk])];
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: attributes.map((attribute) => ({ AttributeName: attribute, AttributeType: "S" })),
    KeySchema: KEY,
    GlobalSecondaryIndexes: INDEX_NAMES.map((index) => ({
      IndexName: index,
      KeySchema: [
        { AttributeName: INDEX_ATTRIBUTES[index].pk, KeyType: "HASH" },
        { AttributeName: INDEX_ATTRIBUTES[index].sk, KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "ALL" },
    })),
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
  };
}

export const expiryDefinition = (name: string): UpdateTimeToLiveCommandInput => ({
  TableName: name,
  TimeToLiveSpecification: { AttributeName: EXPIRY_ATTRIBUTE, Enabled: true },
});
