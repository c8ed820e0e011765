import { z } from "zod";
import type { Event } from "../envelope.ts";
import { defineSource, type Source } from "./define-source.ts";
import { requiredText } from "./envelope-schema.ts";
import { numberAt, objectAt, textAt } from "./read.ts";
import type { ServiceFinding } from "./service-finding.ts";
import { ANOMALY_VIA_SNS } from "./sns.ts";

const anomaly = z.object({ anomalyId: requiredText, monitorArn: requiredText });

/** AWS Cost Management User Guide, "Getting started with Cost Anomaly Detection": the same anomaly by either way. */
export const COST_ANOMALY_SOURCES: readonly Source[] = [
  defineSource({ kind: "cost-anomaly", source: "aws.ce", detailTypes: ["Anomaly Detected"], schema: anomaly }),
  defineSource({
    kind: "cost-anomaly",
    source: "aws.ce",
    detailTypes: [ANOMALY_VIA_SNS],
    schema: z.object({ message: anomaly }),
  }),
];

/** US dollars above what was expected, so far. */
export function anomalyImpactUsd(event: Event): number | undefined {
  const { detail } = event.envelope;
  return numberAt(objectAt(detail, "message") ?? detail, "impact.totalImpact");
}

export function costAnomalyFinding(event: Event): ServiceFinding | undefined {
  const detail = objectAt(event.envelope.detail, "message") ?? event.envelope.detail;
  const monitor = textAt(detail, "monitorArn");
  const id = textAt(detail, "anomalyId");
  if (monitor === undefined || id === undefined) return undefined;
  const impact = anomalyImpactUsd(event);
  const what = textAt(detail, "dimensionalValue") ?? textAt(detail, "rootCauses.0.service") ?? "an AWS service";
  return {
    type: "anomaly",
    title: `Unusual cost of ${what}${impact === undefined ? "" : `: $${impact.toFixed(2)} more than expected`}`,
    severity: "medium",
    resource: { type: "AWS::CE::Anomaly", id },
    actor: null,
    active: true,
  };
}
