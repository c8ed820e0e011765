import { expect, test } from "vitest";
import { nameInArn } from "./arn.ts";
import { resourceTypeOf } from "./resource-type.ts";

test.each([
  ["AwsS3Bucket", "AWS::S3::Bucket"],
  ["AwsEc2SecurityGroup", "AWS::EC2::SecurityGroup"],
  ["AwsEc2Vpc", "AWS::EC2::VPC"],
  ["AwsRdsDbInstance", "AWS::RDS::DBInstance"],
  ["AwsIamAccessKey", "AWS::IAM::AccessKey"],
  ["AwsLambdaFunction", "AWS::Lambda::Function"],
  ["AwsElbv2LoadBalancer", "AWS::ElasticLoadBalancingV2::LoadBalancer"],
  ["AwsCloudTrailTrail", "AWS::CloudTrail::Trail"],
  ["AwsAutoScalingAutoScalingGroup", "AWS::AutoScaling::AutoScalingGroup"],
  ["AwsDynamoDbTable", "AWS::DynamoDB::Table"],
  ["AwsAccount", "AWS::::Account"],
  ["Container", "Container"],
])("the ASFF type %s is %s", (asffType, type) => {
  expect(resourceTypeOf(asffType)).toBe(type);
});

test("a name is what ends an ARN", () => {
  expect(nameInArn("arn:aws:iam::123456789012:role/path/ops")).toBe("ops");
  expect(nameInArn("arn:aws:sns:eu-west-1:123456789012:topic")).toBe("topic");
  expect(nameInArn("arn:aws:x:y:z:odd/")).toBe("odd/");
  for (const text of ["arn:aws:s3", "bucket", "arn::s3:::b", "arn:aws:s3:::"]) expect(nameInArn(text)).toBeUndefined();
});
