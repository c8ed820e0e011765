import { publicStatements } from "@ephor/domain/policy-document/is-public-statement";
import { parsePolicyDocument } from "@ephor/domain/policy-document/parse-policy-document";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";
import {
  ACCOUNT,
  type Answers,
  failure,
  hit,
  malformed,
  nothing,
  OTHER_ACCOUNT,
  REGION,
  targetOf,
} from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { quoted } from "../quoted.ts";
import { callOf } from "../values.ts";
import { FUNCTION_GONE, functionInput, functionSaid, functions, functionTags } from "./function.ts";
import { addInput, type Permission, permissionGiven, permissionOf, permissionSchema } from "./permission.ts";

/** The statements that let everyone in, by their ids; no others are touched. */
const stateSchema = z.strictObject({ public: z.array(permissionSchema) });
type State = z.infer<typeof stateSchema>;

const bySid = (a: Permission, b: Permission): number => (a.sid < b.sid ? -1 : 1);

function stateOf(policy: string | null): Asked<State> {
  if (policy === null) return ok({ public: [] });
  const parsed = parsePolicyDocument(policy);
  if (!parsed.ok) return unsupported(`the policy cannot be read: ${parsed.error.message}`);
  const offending = publicStatements(parsed.value);
  const permissions = offending.map(permissionOf).filter((permission) => permission !== undefined);
  if (permissions.length === offending.length) return ok({ public: permissions.sort(bySid) });
  return unsupported(
    "a public statement of the policy could not be added again as it is: it has to be removed by hand",
  );
}

const removal = (target: RemediationTarget, { sid }: Permission) =>
  callOf("lambda", "RemovePermission", { ...functionInput(target), StatementId: sid }).says(
    `Remove permission ${quoted(sid)}, which lets everyone in, from ${functionSaid(target)}`,
  );
const addition = (target: RemediationTarget, permission: Permission) =>
  callOf("lambda", "AddPermission", { ...functionInput(target), ...addInput(permission) }).says(
    `Add permission ${quoted(permission.sid)} to ${functionSaid(target)} again, which lets everyone in`,
  );

const ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders`;
const orders = targetOf("AWS::Lambda::Function", "orders");
const allow = (Sid: string, more = {}) => ({
  ...{ Sid, Effect: "Allow", Principal: "*", Action: "lambda:InvokeFunction", Resource: ARN },
  ...more,
});
const own = allow("own", { Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` } });
const url = allow("url", {
  Action: "lambda:InvokeFunctionUrl",
  Condition: { StringEquals: { "lambda:FunctionUrlAuthType": "NONE" } },
});
const answers = (...Statement: readonly object[]): Answers => ({
  ListTags: {},
  GetPolicy: { Policy: JSON.stringify({ Version: "2012-10-17", Id: "default", Statement }), RevisionId: "1" },
});
const removeCall = (StatementId: string, more = {}) => ({
  service: "lambda" as const,
  operation: "RemovePermission",
  input: { FunctionName: ARN, StatementId, ...more },
});

export const removePublicPermission = defineRemediation({
  id: "lambda.remove-public-permission",
  title: "Remove what a function's policy allows to everyone",
  description:
    "Removes each permission that lets everyone in from the policy of the function, or of the version or alias that was opened. All others stay. What could not be added again as it is, is left alone.",
  controls: { fsbp: ["Lambda.1"] },
  risk: "medium",
  resources: functions,
  permissions: {
    read: ["lambda:GetPolicy", "lambda:ListTags"],
    write: ["lambda:RemovePermission", "lambda:AddPermission"],
  },
  state: stateSchema,
  read: async (aws, target) => {
    const tags = await functionTags(aws, target);
    if (!tags.ok) return tags;
    const policy = await ask<string | null>(
      aws,
      { service: "lambda", operation: "GetPolicy", input: functionInput(target) },
      {
        answer: z.object({ Policy: z.string() }).transform(({ Policy }) => Policy),
        // The function is there, as its tags are: it has no policy.
        absent: { codes: FUNCTION_GONE, as: null },
      },
    );
    if (!policy.ok) return policy;
    const state = stateOf(policy.value);
    return state.ok ? ok({ state: state.value, tags: tags.value }) : state;
  },
  change: (state, target) => ({
    calls: state.public.map((permission) => removal(target, permission)),
    after: { public: [] },
    blast:
      state.public.length === 0
        ? `Nothing: ${functionSaid(target)} lets in nobody unnamed.`
        : `Callers of ${functionSaid(target)} that no other permission names are refused.`,
  }),
  undo: ({ before, current, target }) => {
    const there = new Set(current.public.map(({ sid }) => sid));
    return before.public.filter(({ sid }) => !there.has(sid)).map((permission) => addition(target, permission));
  },
  model: {
    simulate: (state, { operation, input }) => {
      const others = state.public.filter(({ sid }) => sid !== input["StatementId"]);
      return { public: operation === "AddPermission" ? [...others, permissionGiven(input)].sort(bySid) : others };
    },
  },
  references: [
    "https://docs.aws.amazon.com/securityhub/latest/userguide/lambda-controls.html#lambda-1",
    "https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html",
  ],
  cases: [
    hit("two permissions of three let everyone in", {
      target: orders,
      answers: { ...answers(url, own, allow("all")), ListTags: { Tags: { env: "dev" } } },
      expect: {
        tags: { env: "dev" },
        calls: [removeCall("all"), removeCall("url")],
        diff: [
          {
            path: "/public",
            before: [
              { sid: "all", action: "lambda:InvokeFunction", scope: {} },
              { sid: "url", action: "lambda:InvokeFunctionUrl", scope: { FunctionUrlAuthType: "NONE" } },
            ],
            after: [],
          },
        ],
        undo: [
          {
            service: "lambda",
            operation: "AddPermission",
            input: { FunctionName: ARN, StatementId: "all", Action: "lambda:InvokeFunction", Principal: "*" },
          },
          {
            service: "lambda",
            operation: "AddPermission",
            input: {
              ...{ FunctionName: ARN, StatementId: "url", Action: "lambda:InvokeFunctionUrl", Principal: "*" },
              FunctionUrlAuthType: "NONE",
            },
          },
        ],
      },
    }),
    hit("an alias", {
      target: targetOf("AWS::Lambda::Function", "orders", { arn: `${ARN}:live` }),
      answers: answers(allow("all", { Principal: { AWS: "*" } })),
      expect: { calls: [removeCall("all", { Qualifier: "live" })] },
    }),
    nothing("everyone of one account", {
      target: orders,
      answers: answers(own, allow("all", { Condition: { StringEquals: { "AWS:SourceAccount": ACCOUNT } } })),
    }),
    nothing("no policy", {
      target: orders,
      answers: { ListTags: {}, GetPolicy: failure("ResourceNotFoundException") },
    }),
    malformed("a public statement that AddPermission cannot make", {
      target: orders,
      answers: answers(allow("all", { Action: ["lambda:InvokeFunction", "lambda:GetFunction"] })),
      expect: { code: "remediation.unsupported", message: /by hand/ },
    }),
    malformed("a public statement under a condition that AddPermission cannot make", {
      target: orders,
      answers: answers(allow("all", { Condition: { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } } })),
      expect: { code: "remediation.unsupported", message: /by hand/ },
    }),
    malformed("the policy is no JSON", {
      target: orders,
      answers: { ListTags: {}, GetPolicy: { Policy: "{" } },
      expect: { code: "remediation.unsupported", message: /cannot be read/ },
    }),
    malformed("the function is gone", {
      target: orders,
      answers: { ListTags: failure("ResourceNotFoundException") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the name is a path", {
      target: targetOf("AWS::Lambda::Function", "orders/../x"),
      expect: { code: "remediation.target-invalid", message: /expected a function name/ },
    }),
  ],
});
