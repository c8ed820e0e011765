import type { DefinedRemediation } from "./define-remediation.ts";
import { blockPublicAccess } from "./s3/block-public-access.ts";

/** Every remediation, in the order of their ids. */
export const remediations: readonly DefinedRemediation[] = [blockPublicAccess];

const byId: ReadonlyMap<string, DefinedRemediation> = new Map(remediations.map((each) => [each.id, each]));

export const remediation = (id: string): DefinedRemediation | undefined => byId.get(id);
