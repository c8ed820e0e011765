import { isJsonObject, type Json } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { hit, malformed, miss } from "../cases/case.ts";
import { serviceEvent } from "../cases/service-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";

const textOf = (value: Json | undefined, name: string): string | undefined => {
  const member = isJsonObject(value) ? value[name] : undefined;
  return typeof member === "string" && member !== "" ? member : undefined;
};

/** Who used it, why, for which finding, and on what. */
function readUse({ envelope }: Event) {
  const { detail } = envelope;
  const resource = isJsonObject(detail) ? detail["resource"] : undefined;
  const [person, reason, findingId] = ["person", "reason", "findingId"].map((name) => textOf(detail, name));
  const [type, id] = [textOf(resource, "type"), textOf(resource, "id")];
  if (person === undefined || reason === undefined || findingId === undefined) return undefined;
  return type === undefined || id === undefined ? undefined : { person, reason, findingId, resource: { type, id } };
}

const used = (detail: Parameters<typeof serviceEvent>[0]["detail"], detailType = "Break Glass Used") =>
  serviceEvent({ source: "ephor", detailType, detail });
const USE = {
  ...{ id: "own_1", person: "dora", reason: "customer data is being read", findingId: "fnd_1", generation: 1 },
  resource: { type: "AWS::EC2::SecurityGroup", id: "sg-1" },
};

export const breakGlassUsed = defineDetection({
  id: "ephor.break-glass-used",
  title: "Break-glass used",
  description:
    "Somebody applied a remediation at once, without the approvals that it would have taken. It may have been right; the review that is due within a day says so.",
  severity: "high",
  pattern: { source: ["ephor"], "detail-type": ["Break Glass Used"] },
  finding: (event) => {
    const use = readUse(event);
    if (use === undefined) return null;
    const { person, reason, findingId, resource } = use;
    return {
      resource,
      title: `${shown(person)} used break-glass on ${shown(resource.id)}: ${shown(reason)}`,
      actor: { type: "Person", id: person },
      evidence: { person, reason, findingId },
    };
  },
  mitre: [],
  controls: themes.monitoring,
  falsePositives: "None: every use is told. A rehearsal is one as well.",
  references: [
    "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_emergency_process.html",
  ],
  cases: [
    hit("a person with a reason", used(USE), { resource: "sg-1", title: /dora used break-glass on sg-1/ }),
    miss("another event of Ephor's own", used(USE, "Configuration Refused")),
    malformed("nobody is named", used({ ...USE, person: "" })),
    malformed("a resource that is a text", used({ ...USE, resource: "sg-1" })),
  ],
});
