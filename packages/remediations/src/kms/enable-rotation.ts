import type { AwsRequest } from "@ephor/domain/aws-call";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ask, unsupported } from "../ask.ts";
import { hit, malformed, nothing } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { callOf } from "../values.ts";
import {
  describeKey,
  KEY_ARN,
  type KeyMetadata,
  keyAnswers,
  keyInput,
  keySaid,
  keys,
  keyTags,
  keyTarget,
} from "./key.ts";

const stateSchema = z.strictObject({ rotates: z.boolean() });

/** KMS rotates symmetric keys whose material it made itself, and only while they can be used. */
function obstacleOf({ KeySpec, Origin, KeyState }: KeyMetadata): string | undefined {
  if (KeySpec !== "SYMMETRIC_DEFAULT") return `of kind ${KeySpec ?? "unknown"}, expected a symmetric one`;
  if (Origin !== "AWS_KMS") return `of origin ${Origin ?? "unknown"}, expected material that KMS made`;
  return KeyState === "Enabled" ? undefined : `${KeyState}, expected Enabled`;
}

const request = (operation: string): AwsRequest => ({ service: "kms", operation, input: { KeyId: KEY_ARN } });
const answers = (metadata: Readonly<Record<string, string>>, KeyRotationEnabled: boolean | string) => ({
  ...keyAnswers(metadata),
  GetKeyRotationStatus: { KeyId: KEY_ARN, KeyRotationEnabled },
});

export const enableKeyRotation = defineRemediation({
  id: "kms.enable-rotation",
  title: "Rotate a key once a year",
  description:
    "Switches the yearly rotation of a symmetric key on. Its id, ARN and policy stay, and what older material encrypted can be read as before.",
  controls: { fsbp: ["KMS.4"], cis: ["3.6"] },
  risk: "low",
  resources: keys,
  permissions: {
    read: ["kms:DescribeKey", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
    write: ["kms:EnableKeyRotation", "kms:DisableKeyRotation"],
  },
  state: stateSchema,
  read: async (aws, target) => {
    const metadata = await describeKey(aws, target);
    if (!metadata.ok) return metadata;
    const obstacle = obstacleOf(metadata.value);
    if (obstacle !== undefined) return unsupported(`${keySaid(target)} is ${obstacle}`);
    const state = await ask(
      aws,
      { service: "kms", operation: "GetKeyRotationStatus", input: keyInput(target) },
      { answer: z.object({ KeyRotationEnabled: z.boolean() }) },
    );
    if (!state.ok) return state;
    const tags = await keyTags(aws, target);
    return tags.ok ? ok({ state: { rotates: state.value.KeyRotationEnabled }, tags: tags.value }) : tags;
  },
  change: (state, target) => {
    if (state.rotates) return { calls: [], after: state, blast: `Nothing: ${keySaid(target)} rotates.` };
    const call = callOf("kms", "EnableKeyRotation", keyInput(target)).says(`Rotate ${keySaid(target)} once a year`);
    return { calls: [call], after: { rotates: true }, blast: "Nothing: old material stays for what it encrypted." };
  },
  undo: ({ before, current, target }) => {
    if (before.rotates || !current.rotates) return [];
    return [
      callOf("kms", "DisableKeyRotation", keyInput(target)).says(`Stop the rotation of ${keySaid(target)} again`),
    ];
  },
  model: { simulate: (_, { operation }) => ({ rotates: operation === "EnableKeyRotation" }) },
  references: [
    "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    "https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html",
  ],
  cases: [
    hit("never rotated", {
      target: keyTarget,
      answers: answers({}, false),
      expect: {
        calls: [request("EnableKeyRotation")],
        diff: [{ path: "/rotates", before: false, after: true }],
        undo: [request("DisableKeyRotation")],
      },
    }),
    nothing("rotated already", { target: keyTarget, answers: answers({}, true) }),
    malformed("a key for signing", {
      target: keyTarget,
      answers: answers({ KeySpec: "RSA_2048" }, false),
      expect: { code: "remediation.unsupported", message: /RSA_2048/ },
    }),
    malformed("material from outside", {
      target: keyTarget,
      answers: answers({ Origin: "EXTERNAL" }, false),
      expect: { code: "remediation.unsupported", message: /EXTERNAL/ },
    }),
    malformed("a disabled key", {
      target: keyTarget,
      answers: answers({ KeyState: "Disabled" }, false),
      expect: { code: "remediation.unsupported", message: /expected Enabled/ },
    }),
    malformed("the answer is text", {
      target: keyTarget,
      answers: answers({}, "no"),
      expect: { code: "remediation.unsupported", message: /KeyRotationEnabled/ },
    }),
  ],
});
