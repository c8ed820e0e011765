import type { Json } from "@ephor/domain/json";
import { eventName, requestText } from "@ephor/events/sources/cloudtrail-read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied, withDetail } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";
import { shown } from "../shorten.ts";

const call = (name: string, request: Json = { modelId: "anthropic.claude-3-sonnet-20240229-v1:0" }) =>
  apiCall({ service: "bedrock", name, request });

export const modelAccessRequested = defineDetection({
  id: "bedrock.model-access-requested",
  title: "Access to a Bedrock model requested",
  description:
    "Stolen credentials are used to run language models at this account's cost, by the thousand; this is how it begins.",
  severity: "medium",
  pattern: succeeded({
    service: "bedrock",
    names: ["PutFoundationModelEntitlement", "CreateFoundationModelAgreement", "PutUseCaseForModelAccess"],
  }),
  finding: (event) => {
    const model = requestText(event, "modelId");
    return tellCall(event, {
      resource: accountResource(event),
      title: `Access to ${model === undefined ? "Bedrock models" : `Bedrock model ${shown(model)}`} requested`,
      evidence: { modelId: model ?? null, call: eventName(event) ?? null, region: event.region },
    });
  },
  mitre: ["T1496.004"],
  controls: themes.privilege,
  falsePositives: "A team that begins to use Bedrock, announced.",
  references: ["https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html"],
  cases: [
    hit("for a model", call("PutFoundationModelEntitlement"), {
      title: "Access to Bedrock model anthropic.claude-3-sonnet-20240229-v1:0 requested, by alice",
      resource: "111122223333",
    }),
    hit("for a purpose, without a model", call("PutUseCaseForModelAccess", null), {
      title: /^Access to Bedrock models requested/,
    }),
    miss("the call was denied", denied(call("PutFoundationModelEntitlement"))),
    miss("a look at what there is", apiCall({ service: "bedrock", name: "ListFoundationModels", readOnly: true })),
    malformed("the call has no name", withDetail(call("PutFoundationModelEntitlement"), { eventName: null })),
  ],
});
