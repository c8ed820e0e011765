import type { Json } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { requestParameters } from "@ephor/events/sources/cloudtrail-read";
import { textsAt } from "@ephor/events/sources/read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";

/** GetParameters takes at most ten names: who fills the page is going through the list. */
const NAMES_MIN = 10;

const namesOf = (event: Event): readonly string[] => textsAt(requestParameters(event), "names");

const read = (names: Json, withDecryption = true) =>
  apiCall({ service: "ssm", name: "GetParameters", request: { names, withDecryption }, readOnly: true });
const tenNames = Array.from({ length: NAMES_MIN }, (_, index) => `/orders/key-${index}`);

export const parametersDecryptedInBulk = defineDetection({
  id: "ssm.parameters-decrypted-in-bulk",
  title: "Parameters decrypted in bulk",
  description: "Ten secret parameters were read and decrypted in one call, as one does who goes through all there are.",
  severity: "medium",
  pattern: {
    detail: {
      eventSource: ["ssm.amazonaws.com"],
      eventName: ["GetParameters"],
      errorCode: [{ exists: false }],
      requestParameters: { withDecryption: [true] },
    },
  },
  readOnly: true,
  when: (event) => namesOf(event).length >= NAMES_MIN,
  finding: (event) =>
    tellCall(event, {
      resource: accountResource(event),
      title: `${namesOf(event).length} parameters decrypted in one call`,
      evidence: { names: namesOf(event) },
    }),
  actorInKey: true,
  mitre: ["T1555.006"],
  controls: themes.credentials,
  falsePositives:
    "Applications that load their whole configuration as they start: allow-list their accounts or networks.",
  references: ["https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html"],
  cases: [
    hit("a full page", read(tenNames), {
      title: "10 parameters decrypted in one call, by alice",
      resource: "111122223333",
    }),
    miss("a few", read(tenNames.slice(0, 3))),
    miss("not decrypted", read(tenNames, false)),
    miss("the call was denied", denied(read(tenNames))),
    malformed("the names are numbers", read(tenNames.map((_, index) => index))),
  ],
});
