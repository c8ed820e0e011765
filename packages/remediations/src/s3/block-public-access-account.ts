import type { AwsRequest } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { ask } from "../ask.ts";
import { ACCOUNT, failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { wholeAccount } from "../id-form.ts";
import { ALL_ON, blockAnswerSchema, NO_BLOCK, publicAccessBlock } from "./public-access-block.ts";

const inputOf = ({ account }: RemediationTarget) => ({ AccountId: account });

const account = targetOf("AWS::::Account", ACCOUNT);
const put = (PublicAccessBlockConfiguration: typeof ALL_ON): AwsRequest => ({
  service: "s3-control",
  operation: "PutPublicAccessBlock",
  input: { AccountId: ACCOUNT, PublicAccessBlockConfiguration },
});
const half = { ...ALL_ON, RestrictPublicBuckets: false };

const ownerOf = (target: RemediationTarget) => ({
  service: "s3-control" as const,
  input: inputOf(target),
  said: `account ${target.account}`,
  blast: `Every bucket of account ${target.account} that is public, such as one of a website, answers only those who sign in.`,
});

export const blockPublicAccessAccount = defineRemediation({
  id: "s3.block-public-access-account",
  title: "Switch Block Public Access on for the whole account",
  description:
    "Sets all four switches of the account's Block Public Access, which holds for every bucket in every Region, also for those made later. Policies and ACLs stay as they are; what in them is public has no effect any more.",
  controls: { fsbp: ["S3.1"], cis: ["2.1.4"] },
  risk: "medium",
  resources: wholeAccount,
  permissions: { read: ["s3:GetAccountPublicAccessBlock"], write: ["s3:PutAccountPublicAccessBlock"] },
  read: async (aws, target) => {
    const request: AwsRequest = { service: "s3-control", operation: "GetPublicAccessBlock", input: inputOf(target) };
    const state = await ask(aws, request, { answer: blockAnswerSchema, absent: NO_BLOCK });
    return state.ok ? ok({ state: state.value }) : state;
  },
  ...publicAccessBlock(ownerOf),
  references: [
    "https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html",
    "https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html",
  ],
  cases: [
    hit("one switch is off", {
      target: account,
      answers: { GetPublicAccessBlock: { PublicAccessBlockConfiguration: half } },
      expect: {
        calls: [put(ALL_ON)],
        diff: [{ path: "/configuration/RestrictPublicBuckets", before: false, after: true }],
        undo: [put(half)],
      },
    }),
    hit("nothing was ever set", {
      target: account,
      answers: { GetPublicAccessBlock: failure("NoSuchPublicAccessBlockConfiguration") },
      expect: {
        calls: [put(ALL_ON)],
        undo: [{ service: "s3-control", operation: "DeletePublicAccessBlock", input: { AccountId: ACCOUNT } }],
      },
    }),
    nothing("all on", {
      target: account,
      answers: { GetPublicAccessBlock: { PublicAccessBlockConfiguration: ALL_ON } },
    }),
    malformed("another account's id", {
      target: targetOf("AWS::::Account", OTHER_ACCOUNT),
      expect: {
        code: "remediation.target-invalid",
        message: /found "444455556666", expected the account 111122223333/,
      },
    }),
    malformed("the answer has no configuration", {
      target: account,
      answers: { GetPublicAccessBlock: {} },
      expect: { code: "remediation.unsupported", message: /PublicAccessBlockConfiguration/ },
    }),
  ],
});
