import type { DefinedRemediation } from "./define-remediation.ts";
import { closeAdminPorts } from "./ec2/close-admin-ports.ts";
import { revokeOpenIngress } from "./ec2/revoke-open-ingress.ts";
import { blockPublicAccess } from "./s3/block-public-access.ts";

/** Every remediation, in the order of their ids. */
export const remediations: readonly DefinedRemediation[] = [closeAdminPorts, revokeOpenIngress, blockPublicAccess];

const byId: ReadonlyMap<string, DefinedRemediation> = new Map(remediations.map((each) => [each.id, each]));

export const remediation = (id: string): DefinedRemediation | undefined => byId.get(id);
