import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { applyRemediation } from "@ephor/app/apply-remediation";
import { planRemediation } from "@ephor/app/plan-remediation";
import type { AwsAccess, Sealer } from "@ephor/app/ports";
import { findingWrite } from "@ephor/app/record-finding";
import { reserveApply } from "@ephor/app/reserve-apply";
import { type PlanRef, type ResponseRef, readPlan } from "@ephor/app/response-items";
import { rollBack } from "@ephor/app/roll-back";
import { snapshotResource } from "@ephor/app/snapshot-resource";
import { verifyRemediation } from "@ephor/app/verify-remediation";
import { parseConfig } from "@ephor/domain/config/parse-config";
import type { EphorError } from "@ephor/domain/error";
import type { FindingDraft } from "@ephor/domain/finding";
import type { Plan } from "@ephor/domain/plan";
import type { RemediationTarget } from "@ephor/domain/remediation";
import type { ResponseDecision } from "@ephor/domain/response-policy";
import type { Result } from "@ephor/domain/result";
import { seeFinding } from "@ephor/domain/see-finding";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";
import { openSqlite } from "@ephor/local/sqlite/open-sqlite";
import { remediation } from "@ephor/remediations/catalogue";
import { tempFolder } from "../../support/temp-folder.ts";

const TRIES_MAX = 20;
const LOOK_AGAIN_MS = 100;

/** The steps of `respond`, each the use case itself, on a store of its own; the way AWS is reached is given. */
export type Responder = {
  /** Plans for a new finding about `target`. Throws where no plan comes of it. */
  plan(of: {
    remediation: string;
    target: RemediationTarget;
    seenInDays?: number;
  }): Promise<{ ref: PlanRef; plan: Plan }>;
  /** Reserves, and keeps the state; the error's code where it may not go on. */
  prepare(ref: PlanRef): Promise<"ready" | EphorError["code"]>;
  /** Makes the calls until all are made. Gives what it ends with. */
  apply(ref: PlanRef): Promise<string>;
  /** Looks until the wanted state holds. Gives whether it does. */
  verify(ref: PlanRef): Promise<boolean>;
  rollBack(ref: PlanRef): Promise<string>;
  close(): void;
};

/** By break-glass: who may approve is tested elsewhere. */
const FORCED_BY = "operator";

export function responder({ awsAccess, sealer }: { awsAccess: AwsAccess; sealer: Sealer }): Responder {
  const folder = tempFolder();
  const clock = { now: () => timestamp(Date.now()) };
  const random = { bytes: (count: number) => randomBytes(count) };
  const opened = openSqlite({ file: join(folder.path, "ephor.db"), clock });
  const parsed = parseConfig({ remediation: { enabled: true } }, { file: "test" });
  if (!opened.ok || !parsed.ok) throw new Error("neither store nor configuration");
  const { store } = opened.value;
  const d = { store, clock, random, config: parsed.value, remediations: remediation, awsAccess, sealer };

  return {
    async plan({ remediation: id, target, seenInDays = 0 }) {
      const finding = seeFinding(undefined, {
        tenant: DEFAULT_TENANT,
        draft: draftOf(target, id),
        sighting: sightingIn(seenInDays),
      }).finding;
      const written = await store.transact([findingWrite(finding, undefined)]);
      if (!written.ok) throw new Error(written.error.message);
      const executionId = randomUUID();
      const response: ResponseRef = {
        tenant: DEFAULT_TENANT,
        findingId: finding.id,
        generation: 1,
        executionId,
        correlationId: executionId,
      };
      const planned = given(
        await planRemediation(d, { ...response, attempt: 1, decision: decisionOf(id), forcedBy: FORCED_BY }),
      );
      if (planned.outcome !== "planned") throw new Error(`no plan: ${planned.outcome}: ${planned.detail}`);
      const { planHash } = planned as { planHash: string };
      const ref = { ...response, planHash };
      return { ref, plan: given(await readPlan(d, ref)).plan };
    },
    async prepare(ref) {
      const reserved = given(await reserveApply(d, { ...ref, run: "apply", attempt: 1 }));
      if (reserved.kind !== "reserved") throw new Error(`not reserved: ${reserved.kind} ${reserved.detail}`);
      const snapshot = await snapshotResource(d, ref);
      return snapshot.ok ? "ready" : snapshot.error.code;
    },
    apply: (ref) =>
      again(async () => {
        const applied = await applyRemediation(d, ref);
        if (!applied.ok) return { isLast: false, told: `${applied.error.code}: ${applied.error.message}` };
        const { kind, detail } = applied.value;
        return { isLast: kind !== "more", told: kind === "applied" ? kind : `${kind}: ${detail}` };
      }),
    async verify(ref) {
      const told = await again(async () => {
        const verified = given(await verifyRemediation(d, ref));
        return { isLast: verified.holds, told: String(verified.holds) };
      });
      return told === "true";
    },
    rollBack: (ref) =>
      again(async () => {
        const back = await rollBack(d, ref);
        if (!back.ok) return { isLast: false, told: `${back.error.code}: ${back.error.message}` };
        const { outcome } = back.value;
        return { isLast: outcome !== "more" && outcome !== "unseen", told: outcome };
      }),
    close() {
      opened.value.close();
      folder.remove();
    },
  };
}

/** As the workflow does: again while it is not the last time. Gives what was told last. */
async function again(step: () => Promise<{ isLast: boolean; told: string }>): Promise<string> {
  for (let tries = 1; ; tries++) {
    const { isLast, told } = await step();
    if (isLast || tries === TRIES_MAX) return told;
    await pause(LOOK_AGAIN_MS);
  }
}

function given<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.code}: ${result.error.message}`);
}

const DAY_MS = 86_400_000;
const sightingIn = (days: number) => ({ identity: randomUUID(), time: timestamp(Date.now() + days * DAY_MS) });

function draftOf({ account, region, resource, actor, evidence }: RemediationTarget, id: string): FindingDraft {
  return {
    // Each finding is one of its own, also about the same resource.
    detection: `test.${randomUUID()}`,
    detectionVersion: "1",
    title: "Left careless",
    severity: "high",
    ...{ account, region, resource, actor, evidence, actorInKey: false },
    ...{ mitre: [], controls: [], remediation: id },
  };
}

const decisionOf = (id: string): ResponseDecision => ({
  ...{ mode: "auto", rule: null, policyVersion: 1, risk: "low", approvers: [], approvalsMin: 0, rejectionsMin: 1 },
  ...{ expiresHours: 1, escalation: null, fallbackGroup: null, channels: null, autoInProduction: [] },
  remediation: id,
});
