import type { AwsCall } from "@ephor/domain/aws-call";
import { parsePolicyDocument } from "@ephor/domain/policy-document/parse-policy-document";
import type { PolicyDocument } from "@ephor/domain/policy-document/policy-document";
import type { PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask } from "../ask.ts";
import { quoted } from "../quoted.ts";
import { callOf } from "../values.ts";
import { GONE, kindOf, nameOf, principalInput } from "./principal.ts";

/** IAM gives documents URL-encoded (RFC 3986); undo needs the text that was put. */
export const documentText = z.string().transform((text) => (/^\s*%7B/i.test(text) ? decoded(text) : text));

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function readDocument(text: string): PolicyDocument | undefined {
  const parsed = parsePolicyDocument(text);
  return parsed.ok ? parsed.value : undefined;
}

/** The text of one inline policy of a user, role or group, null where there is none of that name. */
export function inlinePolicy(
  aws: AwsCall,
  of: { target: RemediationTarget; name: string },
): Promise<Asked<string | null>> {
  const { target, name } = of;
  const answer = z.object({ PolicyDocument: documentText }).transform(({ PolicyDocument }) => PolicyDocument);
  return ask<string | null>(
    aws,
    {
      service: "iam",
      operation: `Get${kindOf(target)}Policy`,
      input: { ...principalInput(target), PolicyName: name },
    },
    { answer, absent: { codes: GONE, as: null } },
  );
}

type Inline = { readonly target: RemediationTarget; readonly name: string };

export const putInline = ({ target, name, text }: Inline & { text: string }): PlannedCall =>
  callOf("iam", `Put${kindOf(target)}Policy`, {
    ...principalInput(target),
    PolicyName: name,
    PolicyDocument: text,
  }).says(`Put inline policy ${quoted(name)} on ${nameOf(target)}`);

export const deleteInline = ({ target, name }: Inline): PlannedCall =>
  callOf("iam", `Delete${kindOf(target)}Policy`, { ...principalInput(target), PolicyName: name }).says(
    `Remove inline policy ${quoted(name)} from ${nameOf(target)}`,
  );

/** Back to the `before` text of one inline policy. */
export function restoreInline(of: Inline & { before: string | null; current: string | null }): readonly PlannedCall[] {
  const { before, current, ...inline } = of;
  if (before === current) return [];
  return [before === null ? deleteInline(inline) : putInline({ ...inline, text: before })];
}

/** The text after a call of `putInline` or `deleteInline`. */
export const simulateInline = ({ operation, input }: PlannedCall): string | null =>
  operation.startsWith("Put") ? z.string().parse(input["PolicyDocument"]) : null;

/** Where a state is no more than the text of one inline policy. */
export const textStateSchema = z.strictObject({ policy: z.string().nullable() });
export const readInline = async (aws: AwsCall, of: Inline) => {
  const policy = await inlinePolicy(aws, of);
  return policy.ok ? ok({ policy: policy.value }) : policy;
};
