import { requestText, responseText } from "@ephor/events/sources/cloudtrail-read";
import { tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { apiCall, denied } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";
import { functionOf } from "./function.ts";

const url = (name: string, authType: string, functionName: string | number = "orders") =>
  apiCall({
    service: "lambda",
    name,
    request: { functionName, authType },
    response: { functionUrl: "https://abc.lambda-url.eu-west-1.on.aws/" },
  });

export const functionUrlWithoutSignIn = defineDetection({
  id: "lambda.function-url-without-sign-in",
  title: "Lambda function URL without sign-in",
  description: "The function has an address on the internet that answers anyone, unless its policy says otherwise.",
  severity: "medium",
  pattern: {
    detail: {
      eventSource: ["lambda.amazonaws.com"],
      eventName: [{ prefix: "CreateFunctionUrlConfig" }, { prefix: "UpdateFunctionUrlConfig" }],
      errorCode: [{ exists: false }],
      requestParameters: { authType: ["NONE"] },
    },
  },
  finding: (event) => {
    const resource = functionOf(event);
    if (resource === undefined) return null;
    return tellCall(event, {
      resource,
      title: `Function ${shown(resource.id)} has a URL without sign-in`,
      evidence: {
        authType: requestText(event, "authType") ?? null,
        url: responseText(event, "functionUrl") ?? null,
        qualifier: requestText(event, "qualifier") ?? null,
      },
    });
  },
  mitre: ["T1190", "T1648"],
  controls: { ...themes.exposure, fsbp: ["Lambda.1"] },
  remediation: "lambda.require-url-sign-in",
  falsePositives: "Webhooks that check a signature themselves: allow-list the function.",
  references: ["https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"],
  cases: [
    hit("a new URL", url("CreateFunctionUrlConfig20211031", "NONE"), {
      title: "Function orders has a URL without sign-in, by alice",
      resource: "orders",
    }),
    hit("sign-in taken away", url("UpdateFunctionUrlConfig20211031", "NONE")),
    miss("with sign-in", url("CreateFunctionUrlConfig20211031", "AWS_IAM")),
    miss("the call was denied", denied(url("CreateFunctionUrlConfig20211031", "NONE"))),
    malformed("the function is a number", url("CreateFunctionUrlConfig20211031", "NONE", 7)),
  ],
});
