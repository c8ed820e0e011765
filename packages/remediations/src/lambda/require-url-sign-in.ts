import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask } from "../ask.ts";
import { ACCOUNT, failure, hit, malformed, nothing, REGION, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { callOf } from "../values.ts";
import { FUNCTION_GONE, functionInput, functionSaid, functions, functionTags } from "./function.ts";

const authSchema = z.enum(["NONE", "AWS_IAM"]);
/** Null: the function has no URL, so nobody comes in by one. */
const stateSchema = z.strictObject({ authType: authSchema.nullable() });
type State = z.infer<typeof stateSchema>;
const OPEN: State = { authType: "NONE" };
const SIGNED: State = { authType: "AWS_IAM" };

const ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:orders`;
const orders = targetOf("AWS::Lambda::Function", "orders");
const config = (AuthType: string) => ({
  ListTags: { Tags: { team: "shop" } },
  GetFunctionUrlConfig: {
    FunctionUrl: `https://abc.lambda-url.${REGION}.on.aws/`,
    FunctionArn: ARN,
    AuthType,
    CreationTime: "2026-01-15T08:00:00.000Z",
    LastModifiedTime: "2026-01-15T08:00:00.000Z",
    InvokeMode: "BUFFERED",
  },
});
const update = (AuthType: string, more = {}) => ({
  service: "lambda" as const,
  operation: "UpdateFunctionUrlConfig",
  input: { FunctionName: ARN, AuthType, ...more },
});

export const requireUrlSignIn = defineRemediation({
  id: "lambda.require-url-sign-in",
  title: "Ask for sign-in at a function's URL",
  description:
    "Sets the URL of the function, or of the alias that was opened, to ask for requests signed by IAM. Address, CORS and way of answering stay.",
  controls: { fsbp: ["Lambda.1"] },
  risk: "medium",
  resources: functions,
  permissions: {
    read: ["lambda:GetFunctionUrlConfig", "lambda:ListTags"],
    write: ["lambda:UpdateFunctionUrlConfig"],
  },
  state: stateSchema,
  read: async (aws, target) => {
    const tags = await functionTags(aws, target);
    if (!tags.ok) return tags;
    const state = await ask<State>(
      aws,
      { service: "lambda", operation: "GetFunctionUrlConfig", input: functionInput(target) },
      {
        answer: z.object({ AuthType: authSchema }).transform(({ AuthType }) => ({ authType: AuthType })),
        // The function is there, as its tags are.
        absent: { codes: FUNCTION_GONE, as: { authType: null } },
      },
    );
    return state.ok ? ok({ state: state.value, tags: tags.value }) : state;
  },
  fromEvidence: ({ evidence }) => (evidence["authType"] === "NONE" ? OPEN : undefined),
  change: (state, target) => {
    const said = functionSaid(target);
    if (state.authType !== "NONE") {
      return { calls: [], after: state, blast: `Nothing: ${said} has no URL that answers anyone.` };
    }
    const call = callOf("lambda", "UpdateFunctionUrlConfig", { ...functionInput(target), AuthType: "AWS_IAM" });
    return {
      calls: [call.says(`Ask for sign-in (AWS_IAM) at the URL of ${said}`)],
      after: SIGNED,
      blast: `Browsers and webhooks that call the URL of ${said} unsigned are refused.`,
    };
  },
  undo: ({ before, current, target }) => {
    if (before.authType !== "NONE" || current.authType === "NONE") return [];
    const call = callOf("lambda", "UpdateFunctionUrlConfig", { ...functionInput(target), AuthType: "NONE" });
    return [call.says(`Answer anyone at the URL of ${functionSaid(target)} again`)];
  },
  model: { simulate: (_, { input }) => ({ authType: authSchema.parse(input["AuthType"]) }) },
  references: [
    "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
    "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionUrlConfig.html",
  ],
  cases: [
    hit("the URL answers anyone", {
      target: orders,
      answers: config("NONE"),
      expect: {
        tags: { team: "shop" },
        calls: [update("AWS_IAM")],
        diff: [{ path: "/authType", before: "NONE", after: "AWS_IAM" }],
        undo: [update("NONE")],
      },
    }),
    hit("the URL of an alias", {
      target: targetOf("AWS::Lambda::Function", "orders", { arn: `${ARN}:live` }),
      answers: config("NONE"),
      expect: { calls: [update("AWS_IAM", { Qualifier: "live" })] },
    }),
    nothing("signed requests only", { target: orders, answers: config("AWS_IAM") }),
    nothing("no URL", {
      target: orders,
      answers: { ListTags: {}, GetFunctionUrlConfig: failure("ResourceNotFoundException") },
    }),
    malformed("a way of signing in that nobody knows", {
      target: orders,
      answers: config("MAYBE"),
      expect: { code: "remediation.unsupported", message: /AuthType/ },
    }),
    malformed("the function is gone", {
      target: orders,
      answers: { ListTags: failure("ResourceNotFoundException") },
      expect: { code: "remediation.resource-gone" },
    }),
  ],
});
