import { type Finding, findingLine } from "@ephor/domain/finding";
import { isOpen } from "@ephor/domain/finding-status";
import type { JsonObject } from "@ephor/domain/json";
import type { Notice } from "@ephor/domain/notice";
import { redact } from "@ephor/domain/redact/redact";
import { RESPONSE_ENDS, type ResponseEnd } from "@ephor/domain/response";
import type { Tenant } from "@ephor/domain/tenant";
import { decode } from "./items.ts";
import { responseKey } from "./keys.ts";
import {
  type ComposeDeps,
  capital,
  findingFacts,
  findingLink,
  NOTHING_TO_DECIDE,
  paragraph,
  readFinding,
  type Said,
  subjectOf,
} from "./notice-parts.ts";

type Of<K extends Notice["kind"]> = { readonly tenant: Tenant; readonly notice: Extract<Notice, { kind: K }> };

/**
 * A finding that the policy only tells of, or that it is closed. Null where it has gone on to another life since: that one
 * is told of by itself. One that was closed before anybody was told opens no incident.
 */
export async function findingSaid(d: ComposeDeps, { tenant, notice }: Of<"finding">): Promise<Said | null> {
  const finding = await readFinding(d, { tenant, findingId: notice.findingId });
  if (finding === undefined || finding.generation !== notice.generation) return null;
  const isClosed = !isOpen(finding.status);
  if (notice.closed === true && !isClosed) return null;
  const why = d.whyOf(finding.detection);
  const subject = subjectOf(finding.severity, finding.title);
  return {
    subject: isClosed ? `${capital(finding.status)}: ${subject}` : subject,
    severity: finding.severity,
    paragraphs: [
      paragraph("What happened", finding.generation === 1 ? finding.title : `Again: ${finding.title}`),
      ...(why === null ? [] : [paragraph("Why it matters", why)]),
      isClosed ? nothingRemains(finding) : nothingByItself(finding),
    ],
    facts: findingFacts(d, finding),
    ...NOTHING_TO_DECIDE,
    link: findingLink(d, finding.id),
    group: finding.id,
    alike: isClosed ? null : `finding ${finding.detection}`,
    settles: isClosed,
    data: { finding: redact({ ...findingLine(finding), generation: finding.generation }) },
  };
}

const nothingRemains = ({ status }: Finding) => paragraph("What remains", `Nothing: the finding is ${status}.`);
const nothingByItself = ({ remediation }: Finding) =>
  paragraph(
    "What will be done",
    `Nothing by itself: the response policy tells people.${remediation === null ? "" : ` The remediation ${remediation} would put it right.`}`,
  );

/** What each end means, said to people. */
const ENDS: Readonly<Record<ResponseEnd, string>> = {
  observed: "Nothing was changed: a rule that reads the resource's tags asks for less.",
  "no-change-needed": "Nothing had to be changed: the resource is as it should be.",
  "resource-gone": "Nothing had to be changed: the resource is gone.",
  "plan-only": "Nothing was changed: Ephor may not change anything there. The plan stands for people to carry out.",
  unplannable: "Nothing was changed: there is no remediation that takes this resource.",
  excepted: "Nothing was changed: an exception covers it.",
  rejected: "Nothing was changed: the change was rejected.",
  expired: "Nothing was changed: the change was not approved in time.",
  cancelled: "Nothing was changed: the approval was cancelled.",
  drifted: "Nothing was changed: the resource changed again and again between plan and apply.",
  stopped: "Nothing was changed: applying is switched off.",
  "budget-spent": "Nothing was changed: as much as may be changed in an hour was changed already.",
  "resource-busy": "Nothing was changed: another response held the resource.",
  resolved: "The change was applied, and the resource is as it should be.",
  "rolled-back": "The change did not bring the wanted state and was taken back.",
  "rollback-conflict":
    "The change did not bring the wanted state. Somebody changed the resource since, so nothing was taken back.",
  "rollback-failed": "The change could not be taken back: a person has to look.",
  "apply-failed": "The change was refused before anything was changed.",
  broken: "Nothing was changed: the response could not go on.",
};

/** How a response ended. Null while it has not. */
export async function responseSaid(d: ComposeDeps, { tenant, notice }: Of<"response">): Promise<Said | null> {
  const [finding, item] = await Promise.all([
    readFinding(d, { tenant, findingId: notice.findingId }),
    d.store.get(responseKey(tenant, notice)),
  ]);
  const response = item && decode("response", item);
  if (finding === undefined || response === undefined || response.end === null) return null;
  const { end, detail } = response;
  // Closed by people while the response went on: whatever its own end, nothing is left to do.
  const isClosed = finding.generation === response.generation && !isOpen(finding.status);
  const becomes = RESPONSE_ENDS[end].finding ?? "open";
  const data: JsonObject = {
    ...{ findingId: finding.id, generation: response.generation, end, planHash: response.planHash },
    ...{ endedAt: response.endedAt, status: finding.status, detail },
  };
  return {
    subject: `${isClosed ? capital(finding.status) : WORDS[becomes]}: ${subjectOf(finding.severity, finding.title)}`,
    severity: finding.severity,
    paragraphs: [
      paragraph("What happened", finding.title),
      paragraph("What was done", `${ENDS[end]}${detail === "" ? "" : ` ${detail}`}`),
      isClosed ? nothingRemains(finding) : paragraph("What remains", REMAINS[becomes]),
    ],
    facts: findingFacts(d, finding),
    ...NOTHING_TO_DECIDE,
    link: findingLink(d, finding.id),
    group: finding.id,
    alike: `response ${end} ${finding.detection}`,
    settles: isClosed || becomes === "resolved",
    data: { response: redact(data) },
  };
}

const WORDS = { open: "Still open", resolved: "Resolved", failed: "Failed" } as const;
const REMAINS = {
  open: "The finding is open: somebody has to decide what becomes of it.",
  resolved: "Nothing: the finding is resolved.",
  failed: "The finding has failed: somebody has to look at the resource.",
} as const;
