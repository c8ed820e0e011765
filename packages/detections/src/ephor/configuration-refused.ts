import { isJsonObject } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";

const textOf = (event: Event, name: string): string | undefined => {
  const { detail } = event.envelope;
  const value = isJsonObject(detail) ? detail[name] : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
};

const refused = (detail: Parameters<typeof serviceEvent>[0]["detail"], detailType = "Configuration Refused") =>
  serviceEvent({ source: "ephor", detailType, detail });

export const configurationRefused = defineDetection({
  id: "ephor.configuration-refused",
  title: "Changed configuration refused",
  description:
    "The configuration, and with it the response policy, was changed into something that cannot be used. The former one stays in force, so what was meant to change has not.",
  severity: "high",
  pattern: { source: ["ephor"], "detail-type": ["Configuration Refused"] },
  finding: (event) => {
    const file = textOf(event, "file");
    const reason = textOf(event, "reason");
    if (file === undefined || reason === undefined) return null;
    return {
      resource: { type: "Ephor::Configuration", id: file },
      title: `The changed configuration ${shown(file)} is refused: ${shown(reason)}`,
      actor: null,
      evidence: { file, reason, policyVersion: textOf(event, "policyVersion") ?? null },
    };
  },
  mitre: [],
  controls: themes.monitoring,
  falsePositives: "A file that was read while it was being written: write it elsewhere and move it into place.",
  references: ["https://www.rfc-editor.org/rfc/rfc6901"],
  cases: [
    hit(
      "a rule names no mode",
      refused({ id: "own_1", file: "ephor.config.json", reason: "/rules/0/mode: expected" }),
      {
        resource: "ephor.config.json",
        title: /\/rules\/0\/mode/,
      },
    ),
    miss("another event of Ephor's own", refused({ id: "own_1", file: "f", reason: "r" }, "Break Glass Used")),
    malformed("no reason", refused({ id: "own_1", file: "ephor.config.json" })),
    malformed("a reason that is a list", refused({ id: "own_1", file: "ephor.config.json", reason: [] })),
  ],
});
