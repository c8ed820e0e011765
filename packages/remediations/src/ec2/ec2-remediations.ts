import type { DefinedRemediation } from "../define-remediation.ts";
import { closeAdminPorts } from "./close-admin-ports.ts";
import { encryptEbsByDefault } from "./encrypt-ebs-by-default.ts";
import { requireImdsv2 } from "./require-imdsv2.ts";
import { revokeOpenIngress } from "./revoke-open-ingress.ts";
import { subnetNoPublicIp } from "./subnet-no-public-ip.ts";
import { unshareImage } from "./unshare-image.ts";
import { unshareSnapshot } from "./unshare-snapshot.ts";

export const ec2Remediations: readonly DefinedRemediation[] = [
  closeAdminPorts,
  encryptEbsByDefault,
  requireImdsv2,
  revokeOpenIngress,
  subnetNoPublicIp,
  unshareImage,
  unshareSnapshot,
];
