/** Services as ASFF writes them where CloudFormation writes them otherwise than in the same letters. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ["AmazonMq", "AmazonMQ"],
  ["DynamoDb", "DynamoDB"],
  ["Ec2", "EC2"],
  ["Ecr", "ECR"],
  ["Ecs", "ECS"],
  ["Efs", "EFS"],
  ["Eks", "EKS"],
  ["Elb", "ElasticLoadBalancing"],
  ["Elbv2", "ElasticLoadBalancingV2"],
  ["Iam", "IAM"],
  ["Kms", "KMS"],
  ["Msk", "MSK"],
  ["Rds", "RDS"],
  ["Sns", "SNS"],
  ["Sqs", "SQS"],
  ["Ssm", "SSM"],
  ["Waf", "WAF"],
  ["Wafv2", "WAFv2"],
]);

/** Names that do not follow the rule of "service, then resource". */
const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ["AwsAccount", "AWS::::Account"],
  ["AwsEc2Eip", "AWS::EC2::EIP"],
  ["AwsEc2Vpc", "AWS::EC2::VPC"],
  ["AwsElbLoadBalancer", "AWS::ElasticLoadBalancing::LoadBalancer"],
  ["AwsOpenSearchServiceDomain", "AWS::OpenSearchService::Domain"],
  ["AwsRdsDbCluster", "AWS::RDS::DBCluster"],
  ["AwsRdsDbClusterSnapshot", "AWS::RDS::DBClusterSnapshot"],
  ["AwsRdsDbInstance", "AWS::RDS::DBInstance"],
  ["AwsRdsDbSnapshot", "AWS::RDS::DBSnapshot"],
]);

/** Services of two words, which the first capital letter after `Aws` would cut in two. */
const LONG =
  /^Aws(AmazonMq|ApiGatewayV2|ApiGateway|AppSync|AutoScaling|CertificateManager|CloudFormation|CloudFront|CloudTrail|CloudWatch|CodeBuild|DynamoDb|ElasticBeanstalk|EventSchemas|GuardDuty|NetworkFirewall|SageMaker|SecretsManager|StepFunctions|[A-Z][a-z]*(?:v?\d+)?)([A-Z]\w*)$/;

/**
 * The CloudFormation type of an ASFF resource type (Security Hub User Guide, "Resources", ASFF): `AwsS3Bucket` is
 * `AWS::S3::Bucket`. A type that follows no known rule is given back as it is.
 */
export function resourceTypeOf(asffType: string): string {
  const exception = EXCEPTIONS.get(asffType);
  if (exception !== undefined) return exception;
  const [, service, resource] = LONG.exec(asffType) ?? [];
  if (service === undefined || resource === undefined) return asffType;
  return `AWS::${SERVICES.get(service) ?? service}::${resource}`;
}
