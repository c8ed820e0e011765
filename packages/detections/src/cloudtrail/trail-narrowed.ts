import type { Json, JsonObject } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { requestParameters, requestText } from "@ephor/events/sources/cloudtrail-read";
import { booleanAt, textAt } from "@ephor/events/sources/read";
import { membersAt, succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { namedResource } from "../resources.ts";
import { shown } from "../shorten.ts";

/** What UpdateTrail can switch off, and what is lost then. */
const SWITCHES: Readonly<Record<string, string>> = {
  isMultiRegionTrail: "other Regions",
  includeGlobalServiceEvents: "global services such as IAM",
  enableLogFileValidation: "log file validation",
  isOrganizationTrail: "the other accounts of the organization",
};

const hasValue = (field: Json, name: string, value: string): boolean =>
  textAt(field, "field") === name && membersAt(field, "equals").includes(value);

function keepsManagementWrites(selector: Json): boolean {
  const fields = membersAt(selector, "fieldSelectors");
  const readOnlyEvents = fields.some((field) => hasValue(field, "readOnly", "true"));
  return !readOnlyEvents && fields.some((field) => hasValue(field, "eventCategory", "Management"));
}

/** The API's defaults hold where the request leaves a field out: management events included, of both kinds. */
function basicKeepsManagementWrites(selector: Json): boolean {
  return textAt(selector, "readWriteType") !== "ReadOnly" && booleanAt(selector, "includeManagementEvents") !== false;
}

/** What the trail no longer records, in words; empty where nothing was lost. */
function lost(event: Event): readonly string[] {
  const request = requestParameters(event);
  const switchedOff = Object.keys(SWITCHES).filter((key) => booleanAt(request, key) === false);
  if (switchedOff.length > 0) return switchedOff.flatMap((key) => SWITCHES[key] ?? []);
  const basic = membersAt(request, "eventSelectors");
  const advanced = membersAt(request, "advancedEventSelectors");
  if (basic.length + advanced.length === 0) return [];
  const kept = basic.some(basicKeepsManagementWrites) || advanced.some(keepsManagementWrites);
  return kept ? [] : ["management events that change something"];
}

const update = (change: JsonObject) =>
  apiCall({ service: "cloudtrail", name: "UpdateTrail", request: { name: "main", ...change } });
const select = (selectors: JsonObject) =>
  apiCall({ service: "cloudtrail", name: "PutEventSelectors", request: { trailName: "main", ...selectors } });
const basic = (selector: JsonObject) => select({ eventSelectors: [selector] });
const advanced = (...fieldSelectors: readonly JsonObject[]) => select({ advancedEventSelectors: [{ fieldSelectors }] });

export const trailNarrowed = defineDetection({
  id: "cloudtrail.trail-narrowed",
  title: "CloudTrail trail records less",
  description: "The trail still runs and looks healthy, but part of what happens in the account is no longer recorded.",
  severity: "high",
  pattern: succeeded({ service: "cloudtrail", names: ["UpdateTrail", "PutEventSelectors"] }),
  when: (event) => lost(event).length > 0,
  finding: (event) => {
    const trail = requestText(event, "name") ?? requestText(event, "trailName");
    if (trail === undefined) return null;
    const resource = namedResource("AWS::CloudTrail::Trail", trail);
    return tellCall(event, {
      resource,
      title: `Trail ${shown(resource.id)} no longer covers ${lost(event).join(", ")}`,
      evidence: { lost: lost(event) },
      ...(lost(event).join() === SWITCHES["enableLogFileValidation"] ? {} : { remediation: null }),
    });
  },
  mitre: ["T1562.008"],
  controls: { ...themes.logging, cis: ["3.1", "3.2", "4.5"], fsbp: ["CloudTrail.1", "CloudTrail.4", "CloudWatch.5"] },
  remediation: "cloudtrail.validate-log-files",
  falsePositives: "A second trail kept for data events only: management events are recorded by the first.",
  references: [
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html",
    "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html",
  ],
  cases: [
    hit("one Region only", update({ isMultiRegionTrail: false }), {
      title: /no longer covers other Regions/,
      resource: "main",
      remediation: null,
    }),
    hit("only log file validation switched off", update({ enableLogFileValidation: false }), {
      title: /no longer covers log file validation/,
      remediation: "cloudtrail.validate-log-files",
    }),
    hit("management events dropped", basic({ includeManagementEvents: false, readWriteType: "All" })),
    hit("reads only", basic({ includeManagementEvents: true, readWriteType: "ReadOnly" })),
    hit("advanced selectors for data events only", advanced({ field: "eventCategory", equals: ["Data"] })),
    hit(
      "advanced selectors for reads only",
      advanced({ field: "eventCategory", equals: ["Management"] }, { field: "readOnly", equals: ["true"] }),
    ),
    miss("management events kept, as by default", basic({ readWriteType: "All" })),
    miss("advanced selectors keep management events", advanced({ field: "eventCategory", equals: ["Management"] })),
    miss("a trail widened", update({ isMultiRegionTrail: true })),
    miss("the call was denied", denied(update({ isMultiRegionTrail: false }))),
    malformed("selectors are text", select({ eventSelectors: "none" })),
    malformed("the request is missing", apiCall({ service: "cloudtrail", name: "UpdateTrail" })),
  ],
});
