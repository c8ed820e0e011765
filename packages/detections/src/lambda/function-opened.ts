import type { Json } from "@ephor/domain/json";
import { externalPrincipals } from "@ephor/domain/policy-document/external-principals";
import { publicStatements } from "@ephor/domain/policy-document/is-public-statement";
import { parsePolicyDocument } from "@ephor/domain/policy-document/parse-policy-document";
import type { Event } from "@ephor/events/envelope";
import { requestText, responseElements } from "@ephor/events/sources/cloudtrail-read";
import { documentAt } from "@ephor/events/sources/read";
import { succeeded, tellCall } from "../call.ts";
import { hit, malformed, miss } from "../cases/case.ts";
import { ACCOUNT, apiCall, denied, OTHER_ACCOUNT } from "../cases/cloudtrail-event.ts";
import { themes } from "../control-themes.ts";
import { defineDetection } from "../define-detection.ts";
import { shown } from "../shorten.ts";
import { functionOf } from "./function.ts";

/** Lambda answers with the one statement that it added to the function's policy. */
function invokers(event: Event): { readonly everyone: boolean; readonly principals: readonly string[] } {
  const parsed = parsePolicyDocument({ Statement: documentAt(responseElements(event), "statement") ?? [] });
  if (!parsed.ok) return { everyone: false, principals: [] };
  const principals = externalPrincipals(parsed.value, new Set([event.account])).map(({ principal }) => principal.id);
  return { everyone: publicStatements(parsed.value).length > 0, principals };
}

const ARN = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:orders`;
const add = (statement: Json, functionName = "orders") =>
  apiCall({
    service: "lambda",
    name: "AddPermission20150331v2",
    request: { functionName, action: "lambda:InvokeFunction", statementId: "s1" },
    response: { statement },
  });
const allow = (Principal: Json, more: Readonly<Record<string, Json>> = {}) =>
  JSON.stringify({ Sid: "s1", Effect: "Allow", Principal, Action: "lambda:InvokeFunction", Resource: ARN, ...more });

export const functionOpened = defineDetection({
  id: "lambda.function-opened",
  title: "Lambda function can be called from outside the account",
  description:
    "Someone outside can run this function's code, with its role and at this account's cost, and see its answer.",
  severity: "medium",
  pattern: succeeded({ service: "lambda", names: [{ prefix: "AddPermission" }] }),
  when: (event) => {
    const { everyone, principals } = invokers(event);
    return everyone || principals.length > 0;
  },
  finding: (event) => {
    const resource = functionOf(event);
    if (resource === undefined) return null;
    const { everyone, principals } = invokers(event);
    const told = tellCall(event, {
      resource,
      title: `Function ${shown(resource.id)} can be called by ${everyone ? "everyone" : shown(principals.join(", "))}`,
      evidence: { everyone, principals, qualifier: requestText(event, "qualifier") ?? null },
      // Who is named may be meant; taking only everyone away would leave the finding as it is.
      ...(everyone ? {} : { remediation: null }),
    });
    return told !== null && everyone ? { ...told, severity: "high" } : told;
  },
  mitre: ["T1098", "T1648"],
  controls: { ...themes.exposure, fsbp: ["Lambda.1"] },
  remediation: "lambda.remove-public-permission",
  falsePositives:
    "Functions that other accounts of yours call, and those behind a public function URL: allow-list them.",
  references: ["https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html"],
  cases: [
    hit("everyone", add(allow("*")), {
      title: "Function orders can be called by everyone, by alice",
      resource: "orders",
      severity: "high",
      remediation: "lambda.remove-public-permission",
    }),
    hit(
      "another account; the function is named by ARN",
      add(allow({ AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` }), `${ARN}:live`),
      {
        resource: "orders",
        severity: "medium",
        remediation: null,
      },
    ),
    miss("a service", add(allow({ Service: "events.amazonaws.com" }))),
    miss("everyone of one account", add(allow("*", { Condition: { StringEquals: { "AWS:SourceAccount": ACCOUNT } } }))),
    miss("the call was denied", denied(add(allow("*")))),
    malformed("the statement is no JSON", add("{")),
    malformed("the statement is a list of numbers", add([1])),
  ],
});
