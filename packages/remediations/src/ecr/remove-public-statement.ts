import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask } from "../ask.ts";
import { ACCOUNT, type Answers, failure, malformed, REGION, targetOf } from "../cases/case.ts";
import { policyCases } from "../cases/policy-cases.ts";
import { defineRemediation } from "../define-remediation.ts";
import { nameOrArn } from "../id-form.ts";
import { type PolicyCalls, policyGiven, policyIn, policyText, publicRemovalBy } from "../policy.ts";
import { tagListSchema } from "../values.ts";

/** A repository's name may hold slashes, so that in an ARN it is all behind the first. */
const nameOf = ({ resource }: RemediationTarget): string => resource.id.replace(/^arn:[^/]*\//, "");
const inputOf = (target: RemediationTarget) => ({ registryId: target.account, repositoryName: nameOf(target) });
const arnOf = (target: RemediationTarget): string =>
  `arn:${target.partition}:ecr:${target.region}:${target.account}:repository/${nameOf(target)}`;

const callsFor = (target: RemediationTarget): PolicyCalls => ({
  subject: `repository ${nameOf(target)}`,
  put: (document) => ({
    service: "ecr",
    operation: "SetRepositoryPolicy",
    input: { ...inputOf(target), policyText: policyText(document) },
  }),
  remove: () => ({ service: "ecr", operation: "DeleteRepositoryPolicy", input: inputOf(target) }),
});

const GONE = ["RepositoryNotFoundException"];

const app = targetOf("AWS::ECR::Repository", "team/app", {
  arn: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/app`,
});
const calls = callsFor(app);
const answers = (policy: string | null): Answers => ({
  GetRepositoryPolicy:
    policy === null
      ? failure("RepositoryPolicyNotFoundException")
      : { registryId: ACCOUNT, repositoryName: "team/app", policyText: policy },
  ListTagsForResource: { tags: [{ Key: "team", Value: "a" }] },
});

export const removePublicRepositoryStatement = defineRemediation({
  id: "ecr.remove-public-statement",
  title: "Remove what a repository's policy allows to everyone",
  description:
    "Takes the statements that let everyone in out of the policy of a private repository; where one also names somebody, only everyone goes. All other statements stay as they are written. A repository whose policy let in nobody else is left without one: its own account still reaches it.",
  controls: { nist: ["AC-3", "AC-6"] },
  risk: "medium",
  resources: {
    "AWS::ECR::Repository": nameOrArn({
      name: "[a-z0-9][a-z0-9._/-]{0,254}[a-z0-9]",
      arn: "ecr:REGION:ACCOUNT:repository/",
      expected: "a repository name",
    }),
  },
  permissions: {
    read: ["ecr:GetRepositoryPolicy", "ecr:ListTagsForResource"],
    write: ["ecr:SetRepositoryPolicy", "ecr:DeleteRepositoryPolicy"],
  },
  ...publicRemovalBy(callsFor),
  read: async (aws, target) => {
    const text = await ask<string | null>(
      aws,
      { service: "ecr", operation: "GetRepositoryPolicy", input: inputOf(target) },
      {
        answer: z.object({ policyText: z.string() }).transform((answer) => answer.policyText),
        absent: { codes: ["RepositoryPolicyNotFoundException"], as: null },
        gone: GONE,
      },
    );
    if (!text.ok) return text;
    const policy = policyIn(text.value, "ecr:SetRepositoryPolicy");
    if (!policy.ok) return policy;
    const tags = await ask(
      aws,
      { service: "ecr", operation: "ListTagsForResource", input: { resourceArn: arnOf(target) } },
      { answer: z.object({ tags: tagListSchema.default({}) }), gone: GONE },
    );
    return tags.ok ? ok({ state: { policy: policy.value }, tags: tags.value.tags }) : tags;
  },
  model: { simulate: (_, { input }) => ({ policy: policyGiven(input["policyText"]) }) },
  references: [
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html",
    "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html",
  ],
  cases: [
    ...policyCases({
      target: app,
      answers,
      put: calls.put,
      emptied: { call: calls.remove(), policy: null },
      action: "ecr:BatchGetImage",
      resource: null,
      setAction: "ecr:SetRepositoryPolicy",
    }),
    malformed("the repository is gone", {
      target: app,
      answers: { GetRepositoryPolicy: failure("RepositoryNotFoundException") },
      expect: { code: "remediation.resource-gone" },
    }),
  ],
});
