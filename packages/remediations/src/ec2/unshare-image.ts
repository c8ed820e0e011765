import type { JsonObject } from "@ephor/domain/json";
import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { z } from "zod";
import { ACCOUNT, failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { EVERYONE, type Names, sharingSaid, simulateSharing, unsharing } from "../sharing.ts";
import { callOf, tagsSchema } from "../values.ts";
import { images } from "./ids.ts";
import { readShared } from "./read-shared.ts";

const GONE = ["InvalidAMIID.NotFound", "InvalidAMIID.Unavailable"];

const imagesSchema = z
  .object({ Images: z.array(z.object({ OwnerId: z.string(), Tags: tagsSchema })) })
  .transform(({ Images }) => Images);
const permissionSchema = z
  .object({
    Group: z.string().optional(),
    UserId: z.string().optional(),
    OrganizationArn: z.string().optional(),
    OrganizationalUnitArn: z.string().optional(),
  })
  .transform(({ Group, UserId, OrganizationArn, OrganizationalUnitArn }) =>
    [Group, UserId, OrganizationArn, OrganizationalUnitArn].flatMap((name) => name ?? []),
  );
const permissionsSchema = z
  .object({ LaunchPermissions: z.array(permissionSchema).max(10_000).optional() })
  .transform(({ LaunchPermissions = [] }) => LaunchPermissions.flat());

const nameOf = ({ resource }: RemediationTarget): string => `image ${resource.id}`;

/** A launch permission for everyone, an account, an organization, or a unit of one. */
function permission(name: string): JsonObject {
  if (name === EVERYONE) return { Group: name };
  if (!name.startsWith("arn:")) return { UserId: name };
  return /^arn:[^:]*:organizations:[^:]*:[^:]*:ou\//.test(name)
    ? { OrganizationalUnitArn: name }
    : { OrganizationArn: name };
}

function modify(target: RemediationTarget, of: Names): readonly PlannedCall[] {
  if (of.names.length === 0) return [];
  const LaunchPermission = { [of.isRemoved ? "Remove" : "Add"]: of.names.map(permission) };
  const call = callOf("ec2", "ModifyImageAttribute", { ImageId: target.resource.id, LaunchPermission });
  return [call.says(sharingSaid(nameOf(target), of))];
}

const modelInput = z.object({
  LaunchPermission: z.object({
    Add: z.array(permissionSchema).default([]),
    Remove: z.array(permissionSchema).default([]),
  }),
});

const ID = "ami-0a1b2c3d4e5f60718";
const ORGANIZATION = "arn:aws:organizations::444455556666:organization/o-a1b2c3d4e5";
const UNIT = "arn:aws:organizations::444455556666:ou/o-a1b2c3d4e5/ou-a1b2-c3d4e5f6";
const target = targetOf("AWS::EC2::Image", ID);
const sharedWith = (...LaunchPermissions: JsonObject[]) => ({
  DescribeImages: {
    Images: [
      { ImageId: ID, OwnerId: ACCOUNT, Public: true, State: "available", Tags: [{ Key: "env", Value: "test" }] },
    ],
  },
  DescribeImageAttribute: { ImageId: ID, LaunchPermissions },
});
const call = (list: "Add" | "Remove", ...permissions: JsonObject[]) => ({
  service: "ec2" as const,
  operation: "ModifyImageAttribute",
  input: { ImageId: ID, LaunchPermission: { [list]: permissions } },
});

export const unshareImage = defineRemediation({
  id: "ec2.unshare-image",
  title: "Stop sharing a machine image with everyone",
  description:
    "Takes everyone off the list of those who may launch the image, and the accounts and organizations that the finding names. Others that it is shared with stay on the list.",
  controls: { soc2: ["CC6.1"], iso27001: ["A.8.3"], nist: ["AC-3"] },
  risk: "medium",
  resources: images,
  permissions: {
    read: ["ec2:DescribeImages", "ec2:DescribeImageAttribute"],
    write: ["ec2:ModifyImageAttribute"],
  },
  read: (aws, of) =>
    readShared(aws, of, {
      name: nameOf(of),
      gone: GONE,
      described: { operation: "DescribeImages", input: { ImageIds: [of.resource.id] }, answer: imagesSchema },
      permissions: {
        operation: "DescribeImageAttribute",
        input: { ImageId: of.resource.id, Attribute: "launchPermission" },
        answer: permissionsSchema,
      },
    }),
  ...unsharing({
    nameOf,
    modify,
    blast: (name) =>
      `Nobody of them can launch ${name} any more; machines that run, and copies that they made, stay theirs.`,
  }),
  model: {
    simulate: (state, { input }) => {
      const { Add, Remove } = modelInput.parse(input).LaunchPermission;
      const removed = simulateSharing(state, { names: Remove.flat(), isRemoved: true });
      return simulateSharing(removed, { names: Add.flat(), isRemoved: false });
    },
  },
  references: [
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-intro.html",
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html",
  ],
  cases: [
    hit("with everyone; an account that nobody names stays", {
      target,
      answers: sharedWith({ Group: "all" }, { UserId: OTHER_ACCOUNT }),
      expect: {
        tags: { env: "test" },
        calls: [call("Remove", { Group: "all" })],
        diff: [{ path: "/sharedWith", before: ["all"], after: [] }],
        undo: [call("Add", { Group: "all" })],
      },
    }),
    hit("with an account, an organization and a unit that the finding names", {
      target: { ...target, evidence: { everyone: false, others: [UNIT, OTHER_ACCOUNT, ORGANIZATION] } },
      answers: sharedWith(
        { OrganizationArn: ORGANIZATION },
        { UserId: OTHER_ACCOUNT },
        { OrganizationalUnitArn: UNIT },
      ),
      expect: {
        calls: [
          call("Remove", { UserId: OTHER_ACCOUNT }, { OrganizationArn: ORGANIZATION }, { OrganizationalUnitArn: UNIT }),
        ],
      },
    }),
    nothing("with nobody", { target, answers: sharedWith() }),
    malformed("the image is gone", {
      target,
      answers: { DescribeImages: failure("InvalidAMIID.NotFound") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("AWS lists no such image", {
      target,
      answers: { DescribeImages: { Images: [] } },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the image is another account's", {
      target,
      answers: { DescribeImages: { Images: [{ ImageId: ID, OwnerId: OTHER_ACCOUNT }] } },
      expect: { code: "remediation.unsupported", message: /another account/ },
    }),
    malformed("no id of an image", {
      target: targetOf("AWS::EC2::Image", "ami-../x"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
