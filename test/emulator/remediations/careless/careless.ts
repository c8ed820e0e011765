import type { Json } from "@ephor/domain/json";
import type { RemediationTarget } from "@ephor/domain/remediation";
import type { Emulator, Victim } from "../victim.ts";
import { ACCOUNT, REGION } from "../victim.ts";

/** Something left careless, as a person or program would: how it is made, seen, and changed by somebody else. */
export type Careless = {
  readonly remediation: string;
  readonly on: Emulator;
  /** Makes it, anew each time; `name` is one of its own. */
  make(victim: Victim, name: string): Promise<Made>;
  /** Why nobody else's change can be in conflict with the way back: what changes it, takes it back. */
  readonly onlyWay?: string;
};
export type Made = {
  readonly target: RemediationTarget;
  /** What an independent client sees of it, all that the remediation is about. */
  see(): Promise<Json>;
  /** What that is while it is careless, and once it is put right. */
  readonly careless: Json;
  readonly right: Json;
  /** Somebody else changes it, from what it is now to something else than either. */
  disturb(): Promise<unknown>;
  /** The finding is of so many days ahead, so that what was just made has been there for long. */
  readonly seenInDays?: number;
};

type More = Partial<Omit<RemediationTarget, "resource">>;

export const targetOf = (type: string, id: string, more: More = {}): RemediationTarget => ({
  ...{ account: ACCOUNT, region: REGION, partition: "aws", actor: null, evidence: {} },
  resource: { type, id },
  ...more,
});
