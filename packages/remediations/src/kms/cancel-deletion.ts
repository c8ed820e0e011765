import type { AwsRequest } from "@ephor/domain/aws-call";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { unsupported } from "../ask.ts";
import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { calledIn } from "../evidence.ts";
import { callOf } from "../values.ts";
import { describeKey, KEY_ARN, keyAnswers, keyInput, keySaid, keys, keyTags, keyTarget } from "./key.ts";

const KEY_STATES = ["Enabled", "Disabled", "PendingDeletion", "PendingReplicaDeletion"] as const;
const stateSchema = z.strictObject({ keyState: z.enum(KEY_STATES) });
type State = z.infer<typeof stateSchema>;
const ENABLED: State = { keyState: "Enabled" };
const DISABLED: State = { keyState: "Disabled" };

const cancel = (target: RemediationTarget) =>
  callOf("kms", "CancelKeyDeletion", keyInput(target)).says(`Cancel the deletion of ${keySaid(target)}`);
const enable = (target: RemediationTarget) =>
  callOf("kms", "EnableKey", keyInput(target)).says(`Enable ${keySaid(target)}`);

const request = (operation: string): AwsRequest => ({ service: "kms", operation, input: { KeyId: KEY_ARN } });

export const cancelKeyDeletion = defineRemediation({
  id: "kms.cancel-deletion",
  title: "Cancel the deletion of a key and enable it",
  description:
    "Takes a key out of its waiting period and enables it, which also puts a key right that was only disabled. KMS does not tell whether a key was enabled before its deletion was scheduled; one that is to stay disabled has to be disabled again.",
  controls: { fsbp: ["KMS.3"], cis: ["4.7"] },
  risk: "low",
  irreversible:
    "Going back would make data unreadable and start the deletion of the key anew, with a waiting period of its own: that has to be decided and done by a person.",
  resources: keys,
  permissions: {
    read: ["kms:DescribeKey", "kms:ListResourceTags"],
    write: ["kms:CancelKeyDeletion", "kms:EnableKey"],
  },
  state: stateSchema,
  read: async (aws, target) => {
    const metadata = await describeKey(aws, target);
    if (!metadata.ok) return metadata;
    const keyState = KEY_STATES.find((known) => known === metadata.value.KeyState);
    if (keyState === undefined) {
      return unsupported(`${keySaid(target)} is ${metadata.value.KeyState}, expected one of ${KEY_STATES.join(", ")}`);
    }
    const tags = await keyTags(aws, target);
    return tags.ok ? ok({ state: { keyState }, tags: tags.value }) : tags;
  },
  fromEvidence: (target) => {
    const called = calledIn(target);
    if (called === "DisableKey") return DISABLED;
    return called === "ScheduleKeyDeletion" ? { keyState: "PendingDeletion" } : undefined;
  },
  change: (state, target) => {
    const { keyState } = state;
    if (keyState === "Enabled") return { calls: [], after: state, blast: `Nothing: ${keySaid(target)} is enabled.` };
    const calls = keyState === "Disabled" ? [enable(target)] : [cancel(target), enable(target)];
    return { calls, after: ENABLED, blast: `What ${keySaid(target)} encrypts can be read again.` };
  },
  undo: () => [],
  model: {
    simulate: (_, { operation }) => (operation === "CancelKeyDeletion" ? DISABLED : ENABLED),
  },
  references: [
    "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys-cancelling-key-deletion.html",
    "https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html",
  ],
  cases: [
    hit("about to be deleted", {
      target: keyTarget,
      answers: keyAnswers({ KeyState: "PendingDeletion", DeletionDate: "2026-01-22T10:00:00.000Z" }),
      expect: {
        tags: { env: "production" },
        calls: [request("CancelKeyDeletion"), request("EnableKey")],
        diff: [{ path: "/keyState", before: "PendingDeletion", after: "Enabled" }],
        undo: [],
      },
    }),
    hit("disabled", {
      target: targetOf("AWS::KMS::Key", KEY_ARN),
      answers: keyAnswers({ KeyState: "Disabled" }),
      expect: { calls: [request("EnableKey")] },
    }),
    nothing("enabled", { target: keyTarget, answers: keyAnswers({}) }),
    malformed("a key of AWS", {
      target: keyTarget,
      answers: keyAnswers({ KeyManager: "AWS" }),
      expect: { code: "remediation.unsupported", message: /managed by AWS/ },
    }),
    malformed("a key without its material", {
      target: keyTarget,
      answers: keyAnswers({ KeyState: "PendingImport" }),
      expect: { code: "remediation.unsupported", message: /PendingImport/ },
    }),
    malformed("a key that was deleted, which is not put right by being gone", {
      target: keyTarget,
      answers: { DescribeKey: failure("NotFoundException") },
      expect: { code: "remediation.unsupported", message: /no call brings it back/ },
    }),
    malformed("an alias", {
      target: targetOf("AWS::KMS::Key", "alias/reports"),
      expect: { code: "remediation.target-invalid", message: /expected a key id/ },
    }),
    malformed("a key of another Region", {
      target: targetOf("AWS::KMS::Key", KEY_ARN.replace("eu-west-1", "us-east-1")),
      expect: { code: "remediation.target-invalid", message: /expected a resource in eu-west-1/ },
    }),
  ],
});
