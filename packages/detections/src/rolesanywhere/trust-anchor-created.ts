import type { Json } from "@ephor/domain/json";
import { requestText, responseText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied, withDetail } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";

const ID = "4d07f6a0-1c50-44d3-951b-b68b783daa0a";
const ARN = `arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/${ID}`;
const create = (name: Json) =>
  apiCall({
    service: "rolesanywhere",
    name: "CreateTrustAnchor",
    request: { name, enabled: true, source: { sourceType: "CERTIFICATE_BUNDLE" } },
    response: { trustAnchor: { trustAnchorArn: ARN, trustAnchorId: ID } },
  });

export const trustAnchorCreated = defineDetection({
  id: "rolesanywhere.trust-anchor-created",
  title: "Outside certificate authority trusted",
  description:
    "Whoever holds a certificate of this authority can assume roles here, from anywhere and for as long as it is trusted.",
  severity: "high",
  pattern: succeeded({ service: "rolesanywhere", names: ["CreateTrustAnchor"] }),
  finding: (event) => {
    const name = requestText(event, "name");
    const arn = responseText(event, "trustAnchor.trustAnchorArn");
    const id = responseText(event, "trustAnchor.trustAnchorId") ?? name;
    if (name === undefined || id === undefined) return null;
    return tellCall(event, {
      resource: { type: "AWS::RolesAnywhere::TrustAnchor", id, name, ...(arn === undefined ? {} : { arn }) },
      title: `Certificate authority ${shown(name)} trusted to assume roles`,
      evidence: { source: requestText(event, "source.sourceType") ?? null },
    });
  },
  mitre: ["T1484.002"],
  controls: themes.credentials,
  falsePositives: "IAM Roles Anywhere being set up in planned work; it is done once.",
  references: ["https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateTrustAnchor.html"],
  cases: [
    hit("a new authority", create("datacentre"), {
      title: "Certificate authority datacentre trusted to assume roles, by alice",
      resource: ID,
    }),
    hit("the answer is missing", withDetail(create("datacentre"), { responseElements: null }), {
      resource: "datacentre",
    }),
    miss("the call was denied", denied(create("datacentre"))),
    miss("a profile", apiCall({ service: "rolesanywhere", name: "CreateProfile" })),
    malformed("the name is a list", create(["datacentre"])),
  ],
});
