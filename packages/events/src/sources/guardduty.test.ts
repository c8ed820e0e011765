import type { JsonObject } from "@ephor/domain/json";
import { describe, expect, test } from "vitest";
import { guarddutyResource } from "./guardduty.ts";
import { serviceFindingOf } from "./index.ts";
import { eventFrom, findingOf, GUARDDUTY } from "./testing.ts";

describe("GuardDuty", () => {
  const spell = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(spell);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name.charAt(0).toUpperCase() + name.slice(1), spell(inner)]),
    );
  };

  test("is read alike in the spelling of EventBridge and in that of the API", () => {
    const pascal = eventFrom({
      source: "aws.guardduty",
      type: "GuardDuty Finding",
      detail: spell(GUARDDUTY) as JsonObject,
    });
    const camel = eventFrom({ source: "aws.guardduty", type: "GuardDuty Finding", detail: GUARDDUTY });
    expect(pascal.identity).toBe(camel.identity);
    expect(serviceFindingOf(pascal)).toEqual(serviceFindingOf(camel));
  });

  test.each<readonly [JsonObject, JsonObject]>([
    [
      { resourceType: "S3Bucket", s3BucketDetails: [{ arn: "arn:aws:s3:::b" }] },
      { type: "AWS::S3::Bucket", name: "b" },
    ],
    [
      { resourceType: "AccessKey", accessKeyDetails: { accessKeyId: "AKIA" } },
      { type: "AWS::IAM::AccessKey", id: "AKIA" },
    ],
    [
      { resourceType: "EKSCluster", eksClusterDetails: { name: "c" } },
      { type: "AWS::EKS::Cluster", id: "c" },
    ],
    [
      { resourceType: "Lambda", lambdaDetails: { functionName: "f" } },
      { type: "AWS::Lambda::Function", id: "f" },
    ],
    [{ resourceType: "Unheard" }, { type: "AWS::::Account", id: "123456789012" }],
    [{ resourceType: "Instance" }, { type: "AWS::::Account", id: "123456789012" }],
  ])("names the resource in %j", (resource, expected) => {
    expect(
      guarddutyResource(
        eventFrom({ source: "aws.guardduty", type: "GuardDuty Finding", detail: { ...GUARDDUTY, resource } }),
      ),
    ).toMatchObject(expected);
  });

  test("tells the principal behind an access key", () => {
    const key = {
      resourceType: "AccessKey",
      accessKeyDetails: { principalId: "AIDA", userName: "alice", userType: "IAMUser" },
    };
    expect(findingOf("guardduty", { resource: key })?.actor).toEqual({ type: "IAMUser", id: "AIDA", name: "alice" });
    expect(findingOf("guardduty", { resource: { accessKeyDetails: { principalId: "AIDA" } } })?.actor).toEqual({
      type: "Unknown",
      id: "AIDA",
    });
    expect(findingOf("guardduty", {})?.actor).toBeNull();
  });

  test("without type is no finding, without title goes by its type", () => {
    expect(findingOf("guardduty", { type: null })).toBeUndefined();
    expect(findingOf("guardduty", { title: null })?.title).toBe("Recon:EC2/Portscan");
  });
});
