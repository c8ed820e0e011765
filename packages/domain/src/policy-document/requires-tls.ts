import type { JsonObject } from "../json.ts";
import { isEveryone } from "./is-public-statement.ts";
import { matchesWildcard } from "./matches-wildcard.ts";
import type { PolicyDocument, PolicyStatement } from "./policy-document.ts";
import { listOf } from "./without-public.ts";

/** A bucket's policy speaks of the bucket and of the objects in it. */
const resourcesOf = (bucketArn: string): readonly string[] => [bucketArn, `${bucketArn}/*`];

/** True if everyone is denied everything on the bucket and its objects without TLS (Security Hub, S3.5). */
export const requiresTls = ({ statements }: PolicyDocument, bucketArn: string): boolean =>
  resourcesOf(bucketArn).every((resource) => statements.some((statement) => deniesPlain(statement, resource)));

function deniesPlain({ effect, principals, actions, resources, conditions }: PolicyStatement, resource: string) {
  const [condition, ...more] = conditions;
  if (effect !== "Deny" || condition === undefined || more.length > 0) return false;
  const everyone = principals?.kind === "only" && principals.of.some(isEveryone);
  const everything = actions.kind === "only" && actions.of.some((action) => /^(?:s3:)?\*$/i.test(action));
  const here = resources?.kind === "only" && resources.of.some((pattern) => matchesWildcard(pattern, resource));
  return everyone && everything && here && isPlain(condition);
}

const isPlain = ({ operator, key, values }: PolicyStatement["conditions"][number]): boolean =>
  operator.toLowerCase() === "bool" &&
  key.toLowerCase() === "aws:securetransport" &&
  values.some((value) => value.toLowerCase() === "false");

const TLS_SID = "DenyWithoutTls";

/** `source` with one more statement that denies everything without TLS; the others stay as they are written. */
export function withTlsRequired(source: JsonObject | null, bucketArn: string): JsonObject {
  const statements = listOf(source?.["Statement"]);
  const written = JSON.stringify(statements);
  let sid = TLS_SID;
  for (let number = 2; written.includes(`"${sid}"`); number++) sid = `${TLS_SID}${number}`;
  const deny = {
    Sid: sid,
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: resourcesOf(bucketArn),
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return { ...(source ?? { Version: "2012-10-17" }), Statement: [...statements, deny] };
}
