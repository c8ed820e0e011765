import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask, resourceGone } from "../ask.ts";
import { failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import type { IdForm } from "../id-form.ts";
import { quoted } from "../quoted.ts";
import { type Names, offending, sharingSaid, simulateSharing, unsharing } from "../sharing.ts";
import { callOf, setSchema, tagsSchema } from "../values.ts";

/** Snapshots that RDS or AWS Backup makes have a word of theirs before the name. */
const form: IdForm = {
  pattern: /^(?=.{1,255}$)(?:[a-z]+:)?[A-Za-z](?:-?[A-Za-z0-9])*$/,
  expected: "the name of a database snapshot",
};

/** The two kinds of snapshot as their APIs write them. */
const DATABASE = {
  infix: "DBSnapshot",
  gone: ["DBSnapshotNotFound", "DBSnapshotNotFoundFault"],
  snapshots: "DescribeDBSnapshots",
};
const CLUSTER = {
  infix: "DBClusterSnapshot",
  gone: ["DBClusterSnapshotNotFoundFault", "DBClusterSnapshotNotFound"],
  snapshots: "DescribeDBClusterSnapshots",
};
const kindOf = ({ resource }: RemediationTarget) =>
  resource.type === "AWS::RDS::DBClusterSnapshot" ? CLUSTER : DATABASE;

const tagListSchema = z.array(z.object({ TagList: tagsSchema }));
const snapshotsSchema = z
  .object({ DBSnapshots: tagListSchema.default([]), DBClusterSnapshots: tagListSchema.default([]) })
  .transform(({ DBSnapshots, DBClusterSnapshots }) => [...DBSnapshots, ...DBClusterSnapshots]);

const attributeSchema = z.object({ AttributeName: z.string(), AttributeValues: setSchema.max(10_000).default([]) });
const attributesSchema = z
  .object({
    DBSnapshotAttributesResult: z.object({ DBSnapshotAttributes: z.array(attributeSchema).default([]) }).optional(),
    DBClusterSnapshotAttributesResult: z
      .object({ DBClusterSnapshotAttributes: z.array(attributeSchema).default([]) })
      .optional(),
  })
  .transform(({ DBSnapshotAttributesResult: one, DBClusterSnapshotAttributesResult: other }) =>
    [...(one?.DBSnapshotAttributes ?? []), ...(other?.DBClusterSnapshotAttributes ?? [])]
      .filter(({ AttributeName }) => AttributeName === "restore")
      .flatMap(({ AttributeValues }) => AttributeValues),
  );

type List = "ValuesToAdd" | "ValuesToRemove";
const nameOf = ({ resource }: RemediationTarget): string => `database snapshot ${quoted(resource.id)}`;

function modify(target: RemediationTarget, of: Names): readonly PlannedCall[] {
  if (of.names.length === 0) return [];
  const { infix } = kindOf(target);
  const list: List = of.isRemoved ? "ValuesToRemove" : "ValuesToAdd";
  const input = { [`${infix}Identifier`]: target.resource.id, AttributeName: "restore", [list]: of.names };
  return [callOf("rds", `Modify${infix}Attribute`, input).says(sharingSaid(nameOf(target), of))];
}

const modelInput = z.object({ ValuesToAdd: setSchema.default([]), ValuesToRemove: setSchema.default([]) });

const ID = "orders-2026-01";
const target = targetOf("AWS::RDS::DBSnapshot", ID);
const clusterTarget = targetOf("AWS::RDS::DBClusterSnapshot", ID);
const shared = (...AttributeValues: string[]) => ({
  DescribeDBSnapshots: {
    DBSnapshots: [{ DBSnapshotIdentifier: ID, Status: "available", TagList: [{ Key: "env", Value: "production" }] }],
  },
  DescribeDBSnapshotAttributes: {
    DBSnapshotAttributesResult: {
      DBSnapshotIdentifier: ID,
      DBSnapshotAttributes: [{ AttributeName: "restore", AttributeValues }],
    },
  },
});
const call = (list: List, ...names: string[]) => ({
  service: "rds" as const,
  operation: "ModifyDBSnapshotAttribute",
  input: { DBSnapshotIdentifier: ID, AttributeName: "restore", [list]: names },
});

export const unshareDatabaseSnapshot = defineRemediation({
  id: "rds.unshare-snapshot",
  title: "Stop sharing a database snapshot with everyone",
  description:
    "Takes everyone off the list of those who may copy or restore the snapshot, and the accounts that the finding names. Other accounts that it is shared with stay on the list.",
  controls: { fsbp: ["RDS.1"] },
  risk: "medium",
  resources: { "AWS::RDS::DBSnapshot": form, "AWS::RDS::DBClusterSnapshot": form },
  permissions: {
    read: [
      "rds:DescribeDBSnapshots",
      "rds:DescribeDBSnapshotAttributes",
      "rds:DescribeDBClusterSnapshots",
      "rds:DescribeDBClusterSnapshotAttributes",
    ],
    write: ["rds:ModifyDBSnapshotAttribute", "rds:ModifyDBClusterSnapshotAttribute"],
  },
  read: async (aws, of) => {
    const { infix, gone, snapshots } = kindOf(of);
    const input = { [`${infix}Identifier`]: of.resource.id };
    const described = await ask(
      aws,
      { service: "rds", operation: snapshots, input },
      { answer: snapshotsSchema, gone },
    );
    if (!described.ok) return described;
    const found = described.value[0];
    if (found === undefined) return resourceGone(`database snapshot ${of.resource.id} is not there any more`);
    const attributes = await ask(
      aws,
      { service: "rds", operation: `Describe${infix}Attributes`, input },
      { answer: attributesSchema, gone },
    );
    return attributes.ok ? ok({ state: offending(attributes.value, of), tags: found.TagList }) : attributes;
  },
  ...unsharing({
    nameOf,
    modify,
    blast: (name) => `Nobody of them can copy or restore ${name} any more; what they copied or restored stays theirs.`,
  }),
  model: {
    simulate: (state, { input }) => {
      const { ValuesToAdd, ValuesToRemove } = modelInput.parse(input);
      const removed = simulateSharing(state, { names: ValuesToRemove, isRemoved: true });
      return simulateSharing(removed, { names: ValuesToAdd, isRemoved: false });
    },
  },
  references: [
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html",
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshotAttribute.html",
  ],
  cases: [
    hit("with everyone; an account that nobody names stays", {
      target,
      answers: shared(OTHER_ACCOUNT, "all"),
      expect: {
        tags: { env: "production" },
        calls: [call("ValuesToRemove", "all")],
        diff: [{ path: "/sharedWith", before: ["all"], after: [] }],
        undo: [call("ValuesToAdd", "all")],
      },
    }),
    hit("a cluster's, with an account that the finding names", {
      target: { ...clusterTarget, evidence: { everyone: false, others: [OTHER_ACCOUNT] } },
      answers: {
        DescribeDBClusterSnapshots: { DBClusterSnapshots: [{ DBClusterSnapshotIdentifier: ID, TagList: [] }] },
        DescribeDBClusterSnapshotAttributes: {
          DBClusterSnapshotAttributesResult: {
            DBClusterSnapshotIdentifier: ID,
            DBClusterSnapshotAttributes: [
              { AttributeName: "restore", AttributeValues: [OTHER_ACCOUNT, "999988887777"] },
            ],
          },
        },
      },
      expect: {
        calls: [
          {
            service: "rds",
            operation: "ModifyDBClusterSnapshotAttribute",
            input: { DBClusterSnapshotIdentifier: ID, AttributeName: "restore", ValuesToRemove: [OTHER_ACCOUNT] },
          },
        ],
      },
    }),
    nothing("with nobody", { target, answers: shared() }),
    nothing("one made by RDS, with nobody", {
      target: targetOf("AWS::RDS::DBSnapshot", "rds:orders-2026-01-15-03-04"),
      answers: shared(),
    }),
    malformed("the snapshot is gone", {
      target,
      answers: { DescribeDBSnapshots: failure("DBSnapshotNotFound") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the accounts are a text", {
      target,
      answers: {
        ...shared(),
        DescribeDBSnapshotAttributes: {
          DBSnapshotAttributesResult: { DBSnapshotAttributes: [{ AttributeName: "restore", AttributeValues: "all" }] },
        },
      },
      expect: { code: "remediation.unsupported", message: /AttributeValues/ },
    }),
    malformed("no name of a snapshot", {
      target: targetOf("AWS::RDS::DBSnapshot", "orders/../x"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
