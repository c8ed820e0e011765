import type { AwsService } from "@ephor/domain/aws-call";
import type { ServiceCalls } from "./calls-of.ts";

/** The operations of each service, loaded when it is first called: a start pays for no client that it does not use. */
export const SERVICES: Readonly<Record<AwsService, () => Promise<{ readonly calls: ServiceCalls }>>> = {
  cloudtrail: () => import("./cloudtrail.ts"),
  "config-service": () => import("./config-service.ts"),
  ec2: () => import("./ec2.ts"),
  ecr: () => import("./ecr.ts"),
  guardduty: () => import("./guardduty.ts"),
  iam: () => import("./iam.ts"),
  kms: () => import("./kms.ts"),
  lambda: () => import("./lambda.ts"),
  rds: () => import("./rds.ts"),
  s3: () => import("./s3.ts"),
  "s3-control": () => import("./s3-control.ts"),
  sns: () => import("./sns.ts"),
  sqs: () => import("./sqs.ts"),
};
