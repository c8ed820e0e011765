import type { AwsCall } from "@ephor/domain/aws-call";
import type { PlannedCall, Read, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, unsupported } from "../ask.ts";
import { callOf } from "../values.ts";
import { type Database, kindOf, membership, partOfCluster, readDatabase } from "./database.ts";

type State = { readonly [field: string]: boolean };
type Switch = {
  /** The setting, as RDS names it in what it tells and in what it takes. */
  readonly field: string;
  readonly wanted: boolean;
  /** What setting it to `value` does to `name`, in words. */
  readonly says: (value: boolean, name: string) => string;
  readonly blast: (name: string) => string;
  /** Why this database cannot be set so, if it cannot. */
  readonly refuses?: (database: Database, target: RemediationTarget) => Asked<never> | undefined;
};

const nameOf = (target: RemediationTarget): string => `${kindOf(target).word} ${target.resource.id}`;

/**
 * State, reading, change and undo of one setting of a database that is on or off. `ApplyImmediately` is left out: these
 * settings take effect at once without it, and with it everything else that waits for the maintenance window would too.
 */
export function databaseSwitch({ field, wanted, says, blast, refuses }: Switch) {
  const set = (value: boolean, target: RemediationTarget): PlannedCall => {
    const { modify, identifier } = kindOf(target);
    return callOf("rds", modify, { [identifier]: target.resource.id, [field]: value }).says(
      says(value, nameOf(target)),
    );
  };
  return {
    state: z.strictObject({ [field]: z.boolean() }),
    read: async (aws: AwsCall, target: RemediationTarget): Promise<Asked<Read<State>>> => {
      const read = await readDatabase(aws, target);
      if (!read.ok) return read;
      const { database, tags } = read.value;
      const member = membership(database, target);
      if (member !== null && !member.isAurora) return partOfCluster(target, member.cluster);
      const refused = refuses?.(database, target);
      if (refused !== undefined) return refused;
      const value = database[field];
      if (typeof value !== "boolean") return unsupported(`the answer to ${kindOf(target).describe} has no ${field}`);
      return ok({ state: { [field]: value }, tags });
    },
    change: (state: State, target: RemediationTarget) => ({
      calls: state[field] === wanted ? [] : [set(wanted, target)],
      after: { [field]: wanted },
      blast: state[field] === wanted ? `Nothing: ${nameOf(target)} is set so already.` : blast(nameOf(target)),
    }),
    undo: ({ before, current, target }: { before: State; current: State; target: RemediationTarget }) =>
      before[field] === current[field] ? [] : [set(before[field] === true, target)],
    model: { simulate: (_: State, { input }: PlannedCall): State => ({ [field]: input[field] === true }) },
  };
}
