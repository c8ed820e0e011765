import type { Json } from "@ephor/domain/json";
import { requestParameters } from "@ephor/events/sources/cloudtrail-read";
import { textsAt } from "@ephor/events/sources/read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied, withDetail } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { accountResource } from "../resources.ts";

const read = (request: Json) =>
  apiCall({ service: "secretsmanager", name: "BatchGetSecretValue", request, readOnly: true });
const byFilter = read({ filters: [{ key: "name", values: ["prod"] }] });

/** Applications name the secrets they need; who asks by filter takes whatever there is. */
export const secretsReadInBulk = defineDetection({
  id: "secretsmanager.secrets-read-in-bulk",
  title: "Secrets read in bulk",
  description: "Every secret that the filter took in was handed over in one call.",
  severity: "high",
  pattern: succeeded({ service: "secretsmanager", names: ["BatchGetSecretValue"] }),
  readOnly: true,
  when: (event) => textsAt(requestParameters(event), "secretIdList").length === 0,
  finding: (event) =>
    tellCall(event, {
      resource: accountResource(event),
      title: `Secrets of account ${event.account} in ${event.region} read in bulk`,
      evidence: { filters: requestParameters(event)["filters"] ?? null },
    }),
  actorInKey: true,
  mitre: ["T1555.006"],
  controls: themes.credentials,
  falsePositives: "Tools that load all secrets of one application by its tag: let them name the secrets instead.",
  references: ["https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html"],
  cases: [
    hit("by a filter", byFilter, {
      title: /^Secrets of account 111122223333/,
      resource: "111122223333",
      actor: "alice",
    }),
    hit("by no filter at all", read({ filters: [] })),
    miss("by name", read({ secretIdList: ["orders/db", "orders/queue"] })),
    miss("the call was denied", denied(byFilter)),
    malformed("the record names a list of calls", withDetail(byFilter, { eventName: ["BatchGetSecretValue", 7] })),
  ],
});
