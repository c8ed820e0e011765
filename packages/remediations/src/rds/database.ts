import type { AwsCall } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, resourceGone, unsupported } from "../ask.ts";
import type { IdForm } from "../id-form.ts";
import { type Tags, tagsSchema } from "../values.ts";

/** Names of instances and clusters (Amazon RDS API Reference, CreateDBInstance). */
const name = (expected: string): IdForm => ({ pattern: /^(?=.{1,63}$)[A-Za-z](?:-?[A-Za-z0-9])*$/, expected });
export const databases = { "AWS::RDS::DBInstance": name("the name of a DB instance") };
const clusters = { "AWS::RDS::DBCluster": name("the name of a DB cluster") };
/** What a remediation takes that is about both, and the IAM actions for reading and setting them. */
export const databasesAndClusters = {
  resources: { ...databases, ...clusters },
  permissions: {
    read: ["rds:DescribeDBInstances", "rds:DescribeDBClusters"],
    write: ["rds:ModifyDBInstance", "rds:ModifyDBCluster"],
  },
};

/** One database as its API writes it, by the kind of it. */
export type Kind = {
  readonly word: string;
  readonly describe: string;
  readonly modify: string;
  readonly identifier: string;
  readonly gone: readonly string[];
};
const INSTANCE: Kind = {
  word: "database",
  describe: "DescribeDBInstances",
  modify: "ModifyDBInstance",
  identifier: "DBInstanceIdentifier",
  gone: ["DBInstanceNotFound", "DBInstanceNotFoundFault"],
};
const CLUSTER: Kind = {
  word: "database cluster",
  describe: "DescribeDBClusters",
  modify: "ModifyDBCluster",
  identifier: "DBClusterIdentifier",
  gone: ["DBClusterNotFoundFault", "DBClusterNotFound"],
};
export const kindOf = ({ resource }: RemediationTarget): Kind =>
  resource.type === "AWS::RDS::DBCluster" ? CLUSTER : INSTANCE;

const databaseSchema = z.looseObject({
  Engine: z.string(),
  DBClusterIdentifier: z.string().optional(),
  DBInstanceStatus: z.string().optional(),
  Status: z.string().optional(),
  TagList: tagsSchema,
});
export type Database = z.infer<typeof databaseSchema>;
const answerSchema = z.object({
  DBInstances: z.array(databaseSchema).default([]),
  DBClusters: z.array(databaseSchema).default([]),
});

/** The instance or cluster as RDS describes it, and its tags. */
export async function readDatabase(
  aws: AwsCall,
  target: RemediationTarget,
): Promise<Asked<{ readonly database: Database; readonly tags: Tags }>> {
  const { id } = target.resource;
  const { word, describe, identifier, gone } = kindOf(target);
  const described = await ask(
    aws,
    { service: "rds", operation: describe, input: { [identifier]: id } },
    { answer: answerSchema, gone },
  );
  if (!described.ok) return described;
  const database = [...described.value.DBInstances, ...described.value.DBClusters][0];
  if (database === undefined) return resourceGone(`${word} ${id} is not there any more`);
  if ((database.DBInstanceStatus ?? database.Status) === "deleting")
    return resourceGone(`${word} ${id} is being deleted`);
  return ok({ database, tags: database.TagList });
}

/** The cluster that an instance belongs to, and whether its instances can be changed one by one, as those of Aurora can. */
export function membership(
  database: Database,
  target: RemediationTarget,
): { cluster: string; isAurora: boolean } | null {
  const { DBClusterIdentifier: cluster, Engine } = database;
  if (cluster === undefined || target.resource.type === "AWS::RDS::DBCluster") return null;
  return { cluster, isAurora: Engine.startsWith("aurora") };
}

export const partOfCluster = (target: RemediationTarget, cluster: string) =>
  unsupported(`${target.resource.id} is part of the cluster ${cluster}, which has this setting as a whole`);
