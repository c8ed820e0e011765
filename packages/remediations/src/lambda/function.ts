import type { AwsCall } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { z } from "zod";
import { type Asked, ask } from "../ask.ts";
import type { IdForm } from "../id-form.ts";
import type { Tags } from "../values.ts";

const NAME = "[A-Za-z0-9_-]{1,64}";
/** A function by its name; findings leave version and alias out of the id. */
export const functions: { readonly "AWS::Lambda::Function": IdForm } = {
  "AWS::Lambda::Function": {
    pattern: new RegExp(`^(?:arn:aws[a-z-]{0,12}:lambda:[a-z0-9-]{5,30}:\\d{12}:function:)?${NAME}$`),
    expected: "a function name or its ARN",
  },
};

export const functionName = ({ resource: { id } }: RemediationTarget): string => id.split(":").at(-1) ?? id;
const arnOf = (target: RemediationTarget): string =>
  `arn:${target.partition}:lambda:${target.region}:${target.account}:function:${functionName(target)}`;

/** What names the function to Lambda, with the account: and the version or alias that the finding is about. */
export function functionInput(target: RemediationTarget) {
  const qualifier = qualifierOf(target);
  return { FunctionName: arnOf(target), ...(qualifier === undefined ? {} : { Qualifier: qualifier }) };
}

/** A version or an alias has a policy and a URL of its own. The finding's ARN or its evidence names it. */
function qualifierOf({ resource, evidence }: RemediationTarget): string | undefined {
  const named = evidence["qualifier"] ?? resource.arn?.split(":")[7];
  return typeof named === "string" && /^(?:\$LATEST|[A-Za-z0-9_-]{1,128})$/.test(named) ? named : undefined;
}

export function functionSaid(target: RemediationTarget): string {
  const qualifier = qualifierOf(target);
  return `function ${functionName(target)}${qualifier === undefined ? "" : ` (${qualifier})`}`;
}

export const FUNCTION_GONE = ["ResourceNotFoundException"];

/** The tags, which also tell whether the function is there at all. */
export async function functionTags(aws: AwsCall, target: RemediationTarget): Promise<Asked<Tags>> {
  return ask(
    aws,
    { service: "lambda", operation: "ListTags", input: { Resource: arnOf(target) } },
    {
      answer: z.object({ Tags: z.record(z.string(), z.string()).optional() }).transform(({ Tags }): Tags => Tags ?? {}),
      gone: FUNCTION_GONE,
    },
  );
}
