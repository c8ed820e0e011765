export type StageName = "dev" | "staging" | "production";

/** What differs between stages, as declared values (delivery.md, "stages"). */
export type Stage = {
  readonly name: StageName;
  /** SST: what becomes of tables and buckets when the stage is removed. */
  readonly removal: "remove" | "retain";
  /** SST: `sst remove` refuses. */
  readonly protect: boolean;
  readonly deletionProtection: boolean;
  /** Compliance mode cannot be shortened or lifted by anyone, governance mode by those with the permission. */
  readonly objectLock: { readonly mode: "COMPLIANCE" | "GOVERNANCE"; readonly days: number };
  /** When evidence is deleted; never in production. */
  readonly evidenceDays: number | null;
  /** On-demand capacity that the table may use in a second, at most. */
  readonly unitsPerSecondMax: { readonly read: number; readonly write: number };
  /** What AWS's managed WAF rules do with a request that they match; new rules start by counting. */
  readonly managedRules: "count" | "block";
  readonly keyDeletionDays: number;
};

const removable = {
  removal: "remove",
  protect: false,
  deletionProtection: false,
  objectLock: { mode: "GOVERNANCE", days: 30 },
  evidenceDays: 30,
  unitsPerSecondMax: { read: 1_000, write: 1_000 },
  managedRules: "count",
  keyDeletionDays: 7,
} as const;

export const STAGES: { readonly [N in StageName]: Stage } = {
  dev: { name: "dev", ...removable },
  staging: { name: "staging", ...removable },
  production: {
    name: "production",
    removal: "retain",
    protect: true,
    deletionProtection: true,
    objectLock: { mode: "COMPLIANCE", days: 365 },
    evidenceDays: null,
    unitsPerSecondMax: { read: 4_000, write: 4_000 },
    managedRules: "block",
    keyDeletionDays: 30,
  },
};

/** The stage of that name. Throws a sentence for the person who deploys. */
export function stageOf(name: string): Stage {
  const stage = Object.values(STAGES).find((one) => one.name === name);
  if (stage !== undefined) return stage;
  throw new Error(
    `The stage "${name}" is not one of ${Object.keys(STAGES).join(", ")}: deploy with \`npx sst deploy --stage dev\`.`,
  );
}
