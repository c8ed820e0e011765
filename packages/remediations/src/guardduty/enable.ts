import type { AwsCall } from "@ephor/domain/aws-call";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";
import { ACCOUNT, type Answers, failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { calledIn } from "../evidence.ts";
import { wholeAccount } from "../id-form.ts";
import { callOf } from "../values.ts";

/** The Region's one detector. Its id matters only while it has to be switched on; a new one gets another. */
const stateSchema = z.union([
  z.strictObject({ detector: z.literal("none") }),
  z.strictObject({ detector: z.literal("enabled") }),
  z.strictObject({ detector: z.literal("disabled"), id: z.string().min(1) }),
]);
type State = z.infer<typeof stateSchema>;
const ENABLED: State = { detector: "enabled" };
const NONE: State = { detector: "none" };

const listSchema = z.object({ DetectorIds: z.array(z.string().min(1)).max(1) });
const detectorSchema = z.object({
  Status: z.enum(["ENABLED", "DISABLED"]),
  Tags: z.record(z.string(), z.string()).optional(),
});
type Detector = z.infer<typeof detectorSchema>;

const getDetector = (aws: AwsCall, id: string): Promise<Asked<Detector>> =>
  ask(aws, { service: "guardduty", operation: "GetDetector", input: { DetectorId: id } }, { answer: detectorSchema });

const ID = "12abc34d567e8fa901bc2d34e56789f0";
const detector = targetOf("AWS::GuardDuty::Detector", ID);
const answers = (Status: string): Answers => ({
  ListDetectors: { DetectorIds: [ID] },
  GetDetector: { Status, ServiceRole: `arn:aws:iam::${ACCOUNT}:role/guardduty`, Tags: { env: "production" } },
});

export const enableGuardDuty = defineRemediation({
  id: "guardduty.enable",
  title: "Switch GuardDuty on in a Region",
  description:
    "Switches the Region's detector on again, with the protection plans that it had; where it was deleted, makes a new one with those that are the default.",
  controls: { fsbp: ["GuardDuty.1"] },
  risk: "low",
  irreversible:
    "Switching it off again would leave the Region unwatched, and deleting a new detector would delete its findings: nobody wants that back by a rollback.",
  resources: {
    "AWS::GuardDuty::Detector": {
      pattern: /^(?:arn:aws[a-z-]{0,12}:guardduty:[a-z0-9-]{5,30}:\d{12}:detector\/)?[0-9a-f]{32}$/,
      expected: "a detector id of 32 hexadecimal digits or its ARN",
    },
    ...wholeAccount,
  },
  permissions: {
    read: ["guardduty:ListDetectors", "guardduty:GetDetector"],
    write: ["guardduty:CreateDetector", "guardduty:UpdateDetector", "iam:CreateServiceLinkedRole"],
  },
  state: stateSchema,
  read: async (aws) => {
    const listed = await ask(
      aws,
      { service: "guardduty", operation: "ListDetectors", input: {} },
      { answer: listSchema },
    );
    if (!listed.ok) return listed;
    const [id] = listed.value.DetectorIds;
    if (id === undefined) return ok({ state: NONE });
    const found = await getDetector(aws, id);
    if (!found.ok && found.error.code === "aws.refused") {
      return unsupported(`GuardDuty does not show its detector: ${found.error.message}`);
    }
    if (!found.ok) return found;
    const { Status, Tags = {} } = found.value;
    return ok({ state: Status === "ENABLED" ? ENABLED : { detector: "disabled", id }, tags: Tags });
  },
  fromEvidence: (target): State | undefined => {
    const called = calledIn(target);
    if (called === "DeleteDetector") return NONE;
    const { id } = target.resource;
    return called === "UpdateDetector" ? { detector: "disabled", id: id.split("/").at(-1) ?? id } : undefined;
  },
  change: (state, { region }) => {
    const blast = `Nothing but the cost of what GuardDuty looks at in ${region}.`;
    switch (state.detector) {
      case "enabled":
        return { calls: [], after: state, blast: `Nothing: GuardDuty is on in ${region}.` };
      case "disabled": {
        const on = callOf("guardduty", "UpdateDetector", { DetectorId: state.id, Enable: true });
        return { calls: [on.says(`Switch the GuardDuty detector in ${region} on`)], after: ENABLED, blast };
      }
      case "none": {
        const make = callOf("guardduty", "CreateDetector", { Enable: true });
        return { calls: [make.says(`Make a GuardDuty detector in ${region}`)], after: ENABLED, blast };
      }
    }
  },
  undo: () => [],
  model: { simulate: () => ENABLED },
  references: [
    "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html",
    "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html",
  ],
  cases: [
    hit("switched off", {
      target: detector,
      answers: answers("DISABLED"),
      expect: {
        tags: { env: "production" },
        calls: [{ service: "guardduty", operation: "UpdateDetector", input: { DetectorId: ID, Enable: true } }],
        diff: [
          { path: "/detector", before: "disabled", after: "enabled" },
          { path: "/id", before: ID },
        ],
        undo: [],
      },
    }),
    hit("deleted", {
      target: detector,
      answers: { ListDetectors: { DetectorIds: [] } },
      expect: {
        calls: [{ service: "guardduty", operation: "CreateDetector", input: { Enable: true } }],
        diff: [{ path: "/detector", before: "none", after: "enabled" }],
        undo: [],
      },
    }),
    nothing("on, by another detector", { target: targetOf("AWS::::Account", ACCOUNT), answers: answers("ENABLED") }),
    malformed("a state that nobody knows", {
      target: detector,
      answers: answers("PAUSED"),
      expect: { code: "remediation.unsupported", message: /Status/ },
    }),
    malformed("two detectors in one Region", {
      target: detector,
      answers: { ListDetectors: { DetectorIds: [ID, `${ID.slice(1)}0`] } },
      expect: { code: "remediation.unsupported", message: /DetectorIds/ },
    }),
    malformed("the detector went between two reads", {
      target: detector,
      answers: { ...answers("ENABLED"), GetDetector: failure("BadRequestException", "aws.refused") },
      expect: { code: "remediation.unsupported", message: /does not show/ },
    }),
    malformed("an id of another kind", {
      target: targetOf("AWS::GuardDuty::Detector", "d-1"),
      expect: { code: "remediation.target-invalid", message: /32 hexadecimal/ },
    }),
  ],
});
