import type { Envelope, Event, EventKind } from "../envelope.ts";
import { ACCESS_ANALYZER, accessAnalyzerFinding } from "./access-analyzer.ts";
import { BACKUP, backupFinding } from "./backup.ts";
import { BUDGETS, budgetFinding } from "./budgets.ts";
import { CLOUDTRAIL_SOURCES } from "./cloudtrail.ts";
import { alarmFinding, CLOUDWATCH_ALARM } from "./cloudwatch-alarm.ts";
import { CODEBUILD, codebuildFinding } from "./codebuild.ts";
import { CODEPIPELINE, codepipelineFinding } from "./codepipeline.ts";
import { CONFIG_COMPLIANCE, configFinding } from "./config-compliance.ts";
import { COST_ANOMALY_SOURCES, costAnomalyFinding } from "./cost-anomaly.ts";
import type { Source } from "./define-source.ts";
import { ECR_SCAN, ecrScanFinding } from "./ecr-scan.ts";
import { EPHOR } from "./ephor.ts";
import { GUARDDUTY_SOURCES, guarddutyFinding } from "./guardduty.ts";
import { HEALTH, healthFinding } from "./health.ts";
import { INSPECTOR2, inspectorFinding } from "./inspector2.ts";
import { MACIE_SOURCES, macieFinding } from "./macie.ts";
import { SECURITYHUB_SOURCES, securityhubFinding } from "./securityhub.ts";
import { SECURITYHUB_V2_SOURCES, securityhubV2Finding } from "./securityhub-v2.ts";
import type { ServiceFinding } from "./service-finding.ts";

/** Every source that Ephor knows (findings.md, "Sources"). Any other well-formed envelope is a `generic` event. */
export const SOURCES: readonly Source[] = [
  ...CLOUDTRAIL_SOURCES,
  ...GUARDDUTY_SOURCES,
  ...SECURITYHUB_SOURCES,
  ...SECURITYHUB_V2_SOURCES,
  CONFIG_COMPLIANCE,
  CLOUDWATCH_ALARM,
  HEALTH,
  BACKUP,
  INSPECTOR2,
  ...MACIE_SOURCES,
  ACCESS_ANALYZER,
  ECR_SCAN,
  CODEPIPELINE,
  CODEBUILD,
  BUDGETS,
  ...COST_ANOMALY_SOURCES,
  EPHOR,
];

const ANY = "any";
const BY_DETAIL_TYPE: ReadonlyMap<string, readonly { readonly source: Source }[]> = Map.groupBy(
  SOURCES.flatMap((source) => [source.detailTypes].flat().map((type) => ({ type, source }))),
  ({ type }) => type,
);

const sourceAmong = (detailType: string, envelope: Envelope): Source | undefined =>
  BY_DETAIL_TYPE.get(detailType)?.find(({ source }) => source.recognises(envelope))?.source;

/** The first source that takes the envelope for its own. */
export const sourceOf = (envelope: Envelope): Source | undefined =>
  sourceAmong(envelope["detail-type"], envelope) ?? sourceAmong(ANY, envelope);

const FINDING_READERS: ReadonlyMap<EventKind, (event: Event) => ServiceFinding | undefined> = new Map([
  ["guardduty", guarddutyFinding],
  ["securityhub", securityhubFinding],
  ["securityhub-v2", securityhubV2Finding],
  ["config-compliance", configFinding],
  ["cloudwatch-alarm", alarmFinding],
  ["health", healthFinding],
  ["backup", backupFinding],
  ["inspector2", inspectorFinding],
  ["macie", macieFinding],
  ["access-analyzer", accessAnalyzerFinding],
  ["ecr-scan", ecrScanFinding],
  ["codepipeline", codepipelineFinding],
  ["codebuild", codebuildFinding],
  ["budgets", budgetFinding],
  ["cost-anomaly", costAnomalyFinding],
]);

/**
 * What the service behind the event says is wrong, for one pass-through detection a source. Undefined for sources that
 * tell no findings (CloudTrail, Ephor, generic) and where the event lacks what names one. Never throws.
 */
export const serviceFindingOf = (event: Event): ServiceFinding | undefined => FINDING_READERS.get(event.kind)?.(event);
