import type { Careless } from "./careless.ts";
import { ec2 } from "./ec2.ts";
import { s3 } from "./s3.ts";

/** How to be careless in a way that each remediation puts right. */
export const CARELESS: readonly Careless[] = [...s3, ...ec2];
