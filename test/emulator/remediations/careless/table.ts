import type { Careless } from "./careless.ts";
import { ec2 } from "./ec2.ts";
import { iam } from "./iam.ts";
import { rds } from "./rds.ts";
import { s3 } from "./s3.ts";
import { shared } from "./shared.ts";
import { watching } from "./watching.ts";

/** How to be careless in a way that each remediation puts right. */
export const CARELESS: readonly Careless[] = [...s3, ...ec2, ...iam, ...rds, ...watching, ...shared];
