import { canonicalJson } from "@ephor/domain/canonical-json";
import type { Finding } from "@ephor/domain/finding";
import type { Json } from "@ephor/domain/json";
import type { StoreRows } from "../../support/store-rows.ts";
import type { Facts } from "../facts.ts";
import type { SeenCall } from "./aws-proxy.ts";
import { callViolations } from "./call-guarantees.ts";
import { decisionViolations } from "./decision-guarantees.ts";
import { noticeViolations } from "./notice-guarantees.ts";
import type { Receipt } from "./notice-receiver.ts";
import type { SentDecision } from "./people.ts";
import type { Victim } from "./victims.ts";

/** Everything that anybody saw of a run. */
export type Seen = {
  readonly victims: readonly Victim[];
  readonly rows: StoreRows;
  readonly facts: Facts;
  readonly calls: readonly SeenCall[];
  /** What an independent client sees of each resource in the end. */
  readonly ends: ReadonlyMap<string, Json>;
  readonly receipts: readonly Receipt[];
  readonly sent: readonly SentDecision[];
};
/** A victim with the finding about it. */
export type Found = { readonly victim: Victim; readonly finding: Finding };

/** What does not hold of responses, whatever happened to the node, its answers and its receiver. */
export function responseViolations(seen: Seen): readonly string[] {
  const { found, lost } = foundIn(seen);
  return [
    ...lost,
    ...endedOnce(seen, found),
    ...found.flatMap((one) => standsAsDecided(seen, one)),
    ...callViolations(seen, found),
    ...decisionViolations(seen, found),
    ...noticeViolations(seen, found),
    ...seen.facts.executions
      .filter(({ workflow, status }) => workflow === "respond" && status !== "SUCCEEDED")
      .map(({ name, status }) => `${name} is ${status}`),
  ];
}

function foundIn({ victims, facts }: Seen): { found: readonly Found[]; lost: readonly string[] } {
  const byResource = Map.groupBy(facts.findings.values(), ({ resource }) => resource.id.split("/").at(-1));
  const found: Found[] = [];
  const lost: string[] = [];
  for (const victim of victims) {
    const [finding, ...more] = byResource.get(victim.resource) ?? [];
    if (finding === undefined || more.length > 0) {
      lost.push(`${victim.resource} has ${finding === undefined ? "no" : more.length + 1} findings, expected 1`);
    }
    if (finding !== undefined) found.push({ victim, finding });
  }
  return { found, lost };
}

/** Each response ended once, said so once in the ledger, and left the finding where that end leaves it. */
function endedOnce({ facts }: Seen, found: readonly Found[]): readonly string[] {
  const records = facts.records.filter(({ record }) => record["did"] === "response-ended");
  const byFinding = Map.groupBy(records, ({ record }) => String(record["this"]));
  return found.flatMap(({ victim: { resource, verdict }, finding }) => {
    const [end, status] = verdict.isApproved ? ["resolved", "resolved"] : ["rejected", "open"];
    const ends = (byFinding.get(finding.id) ?? []).map(({ record }) => String(record["status"]));
    if (ends.length === 1 && ends[0] === end && finding.status === status) return [];
    const said = `ended ${ends.length} times (${ends.join(", ")}) and its finding is ${finding.status}`;
    return [`${resource} ${said}, expected once, ${end} and ${status}`];
  });
}

/** What stands in the account is one application, or what stood there before where the change was rejected. */
function standsAsDecided({ ends }: Seen, { victim: { resource, made, verdict } }: Found): readonly string[] {
  const expected = canonicalJson(verdict.isApproved ? made.right : made.careless);
  const stands = canonicalJson(ends.get(resource) ?? null);
  return stands === expected ? [] : [`${resource} is ${stands} in the end, expected ${expected}`];
}
