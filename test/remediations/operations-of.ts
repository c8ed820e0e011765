import type { AwsRequest } from "@ephor/domain/aws-call";
import { recordedAws } from "@ephor/remediations/cases/recorded-aws";
import type { DefinedRemediation } from "@ephor/remediations/define-remediation";
import { simulated } from "@ephor/remediations/simulate";

/** `<service> <operation>`: what a remediation asks of AWS to see, and what to change, over all of its cases. */
export type Operations = { readonly reads: readonly string[]; readonly writes: readonly string[] };

export async function operationsOf(remediation: DefinedRemediation): Promise<Operations> {
  const reads: AwsRequest[] = [];
  const writes: AwsRequest[] = [];
  for (const { target, answers } of remediation.cases) {
    if (!remediation.check(target).ok) continue;
    const { aws, asked } = recordedAws(answers);
    const read = await remediation.read(aws, target);
    reads.push(...asked);
    if (!read.ok) continue;
    const { state } = read.value;
    const { calls } = remediation.change(state, target);
    const current = simulated(remediation, { state, calls });
    writes.push(...calls, ...remediation.undo({ before: state, current, target }));
  }
  return { reads: namesOf(reads), writes: namesOf(writes) };
}

const namesOf = (requests: readonly AwsRequest[]): readonly string[] =>
  [...new Set(requests.map(({ service, operation }) => `${service} ${operation}`))].sort();
