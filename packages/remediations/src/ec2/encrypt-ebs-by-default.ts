import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask } from "../ask.ts";
import { ACCOUNT, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { wholeAccount } from "../id-form.ts";
import { callOf } from "../values.ts";

const answerSchema = z
  .object({ EbsEncryptionByDefault: z.boolean() })
  .transform(({ EbsEncryptionByDefault }) => ({ encryptedByDefault: EbsEncryptionByDefault }));

const set = (on: boolean, { region }: RemediationTarget) =>
  callOf("ec2", on ? "EnableEbsEncryptionByDefault" : "DisableEbsEncryptionByDefault", {}).says(
    `Switch encryption of new volumes ${on ? "on" : "off again"} by default in ${region}`,
  );

const target = targetOf("AWS::::Account", ACCOUNT);
const call = (operation: string) => ({ service: "ec2" as const, operation, input: {} });

export const encryptEbsByDefault = defineRemediation({
  id: "ec2.encrypt-ebs-by-default",
  title: "Encrypt new volumes by default in a Region",
  description:
    "From now on every new EBS volume and every copy of a snapshot in the Region is encrypted, with the Region's default key. What is there already stays as it is.",
  controls: { fsbp: ["EC2.7"], cis: ["2.2.1"] },
  risk: "low",
  resources: wholeAccount,
  permissions: {
    read: ["ec2:GetEbsEncryptionByDefault"],
    write: ["ec2:EnableEbsEncryptionByDefault", "ec2:DisableEbsEncryptionByDefault"],
  },
  state: z.strictObject({ encryptedByDefault: z.boolean() }),
  read: async (aws) => {
    const state = await ask(
      aws,
      { service: "ec2", operation: "GetEbsEncryptionByDefault", input: {} },
      { answer: answerSchema },
    );
    return state.ok ? ok({ state: state.value }) : state;
  },
  change: ({ encryptedByDefault }, of) => ({
    calls: encryptedByDefault ? [] : [set(true, of)],
    after: { encryptedByDefault: true },
    blast: encryptedByDefault
      ? `Nothing: new volumes in ${of.region} are encrypted already.`
      : `New volumes in ${of.region} are encrypted: instance types of old generations that cannot use such volumes no longer start, and snapshots encrypted with AWS's own key cannot be shared with other accounts.`,
  }),
  undo: ({ before, current, target: of }) =>
    before.encryptedByDefault === current.encryptedByDefault ? [] : [set(before.encryptedByDefault, of)],
  model: { simulate: (_, { operation }) => ({ encryptedByDefault: operation.startsWith("Enable") }) },
  references: [
    "https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html",
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableEbsEncryptionByDefault.html",
  ],
  cases: [
    hit("it is off", {
      target,
      answers: { GetEbsEncryptionByDefault: { EbsEncryptionByDefault: false, SseType: "none" } },
      expect: {
        calls: [call("EnableEbsEncryptionByDefault")],
        diff: [{ path: "/encryptedByDefault", before: false, after: true }],
        undo: [call("DisableEbsEncryptionByDefault")],
      },
    }),
    nothing("it is on", {
      target,
      answers: { GetEbsEncryptionByDefault: { EbsEncryptionByDefault: true, SseType: "sse-ebs" } },
    }),
    malformed("an answer without the setting", {
      target,
      answers: { GetEbsEncryptionByDefault: {} },
      expect: { code: "remediation.unsupported", message: /EbsEncryptionByDefault/ },
    }),
    malformed("another account", {
      target: targetOf("AWS::::Account", OTHER_ACCOUNT),
      expect: { code: "remediation.target-invalid", message: /expected the account 111122223333/ },
    }),
  ],
});
