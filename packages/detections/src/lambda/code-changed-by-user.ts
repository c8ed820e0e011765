import type { JsonObject } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { eventName, requestParameters } from "@ephor/events/sources/cloudtrail-read";
import { textsAt } from "@ephor/events/sources/read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { alice, apiCall, denied, deployRole } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";
import { functionOf } from "./function.ts";

const layersOf = (event: Event): readonly string[] => textsAt(requestParameters(event), "layers");
const isCodeUpdate = (event: Event): boolean => eventName(event)?.startsWith("UpdateFunctionCode") === true;

const ORDERS = "arn:aws:lambda:eu-west-1:111122223333:function:orders";
const code = (by = alice) =>
  apiCall({
    service: "lambda",
    name: "UpdateFunctionCode20150331v2",
    by,
    request: { functionName: ORDERS, publish: true },
  });
const configure = (request: JsonObject) =>
  apiCall({
    service: "lambda",
    name: "UpdateFunctionConfiguration20150331v2",
    request: { functionName: "orders", ...request },
  });

/** Only users with keys or passwords of their own: pipelines work under roles. */
export const codeChangedByUser = defineDetection({
  id: "lambda.code-changed-by-user",
  title: "Lambda function changed by hand",
  description:
    "What the function runs was replaced, or a layer that runs with it added, by a person's own credentials and not by a pipeline: a way to stay, with the function's role.",
  severity: "medium",
  pattern: {
    detail: {
      eventSource: ["lambda.amazonaws.com"],
      eventName: [{ prefix: "UpdateFunctionCode" }, { prefix: "UpdateFunctionConfiguration" }],
      errorCode: [{ exists: false }],
      userIdentity: { type: ["IAMUser", "Root"] },
    },
  },
  when: (event) => isCodeUpdate(event) || layersOf(event).length > 0,
  finding: (event) => {
    const resource = functionOf(event);
    if (resource === undefined) return null;
    const what = isCodeUpdate(event) ? "Code" : "Layers";
    return tellCall(event, {
      resource,
      title: `${what} of function ${shown(resource.id)} changed by hand`,
      evidence: { layers: layersOf(event) },
    });
  },
  mitre: ["T1546", "T1648"],
  controls: themes.execution,
  falsePositives: "Deployment from a developer's machine, or a pipeline that has a user's keys: give it a role.",
  references: [
    "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html",
    "https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html",
  ],
  cases: [
    hit("code", code(), { title: "Code of function orders changed by hand, by alice", resource: "orders" }),
    hit("a layer", configure({ layers: ["arn:aws:lambda:eu-west-1:444455556666:layer:ext:1"] }), { title: /^Layers/ }),
    miss("a pipeline's role", code(deployRole)),
    miss("settings without layers", configure({ timeout: 30 })),
    miss("the call was denied", denied(code())),
    malformed("the layers are a number, the function a list", configure({ layers: 7, functionName: ["orders"] })),
  ],
});
