import type { DefinedRemediation } from "../define-remediation.ts";
import { closeAdminPorts } from "./close-admin-ports.ts";
import { encryptEbsByDefault } from "./encrypt-ebs-by-default.ts";
import { isolateInstance } from "./isolate-instance.ts";
import { requireImdsv2 } from "./require-imdsv2.ts";
import { revokeOpenIngress } from "./revoke-open-ingress.ts";
import { subnetNoPublicIp } from "./subnet-no-public-ip.ts";
import { unshareImage } from "./unshare-image.ts";
import { unshareSnapshot } from "./unshare-snapshot.ts";

export const ec2Remediations: readonly DefinedRemediation[] = [
  closeAdminPorts,
  encryptEbsByDefault,
  isolateInstance,
  requireImdsv2,
  revokeOpenIngress,
  subnetNoPublicIp,
  unshareImage,
  unshareSnapshot,
];
