import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import type { Change, PlannedCall, RemediationTarget } from "@ephor/domain/remediation";
import { z } from "zod";
import { calledIn } from "../evidence.ts";
import { callOf } from "../values.ts";

/** The four switches of Block Public Access, as S3 names them; one that S3 leaves out is off. */
const flag = z.boolean().optional().default(false);
export const switchesSchema = z.object({
  BlockPublicAcls: flag,
  BlockPublicPolicy: flag,
  IgnorePublicAcls: flag,
  RestrictPublicBuckets: flag,
});
const on = z.boolean();
/** `configuration` is null where nobody ever set one, which is all off. */
const blockStateSchema = z.strictObject({
  configuration: z
    .strictObject({ BlockPublicAcls: on, BlockPublicPolicy: on, IgnorePublicAcls: on, RestrictPublicBuckets: on })
    .nullable(),
});
export type BlockState = z.infer<typeof blockStateSchema>;

export const ALL_ON = {
  BlockPublicAcls: true,
  BlockPublicPolicy: true,
  IgnorePublicAcls: true,
  RestrictPublicBuckets: true,
};

const isAllOn = ({ configuration }: BlockState): boolean =>
  configuration !== null && Object.values(configuration).every(Boolean);

const sameSwitches = (a: BlockState, b: BlockState): boolean =>
  JSON.stringify(blockStateSchema.parse(a)) === JSON.stringify(blockStateSchema.parse(b));

export const blockAnswerSchema = z
  .object({ PublicAccessBlockConfiguration: switchesSchema })
  .transform(({ PublicAccessBlockConfiguration: configuration }): BlockState => ({ configuration }));
export const NO_BLOCK = { codes: ["NoSuchPublicAccessBlockConfiguration"], as: { configuration: null } };

/** Whose Block Public Access it is, and how it is called. */
type Owner = {
  readonly service: "s3" | "s3-control";
  /** Names the bucket or the account to the service. */
  readonly input: JsonObject;
  /** In words: "bucket reports". */
  readonly said: string;
  /** What else may feel it. */
  readonly blast: string;
};

function blockChange(state: BlockState, { service, input, said, blast }: Owner): Change<BlockState> {
  if (isAllOn(state)) return { calls: [], after: state, blast: `Nothing: all of it is on for ${said}.` };
  const put = callOf(service, "PutPublicAccessBlock", { ...input, PublicAccessBlockConfiguration: ALL_ON });
  const says = `Switch all of Block Public Access on for ${said}`;
  return { calls: [put.says(says)], after: { configuration: ALL_ON }, blast };
}

type Sides = { readonly before: BlockState; readonly current: BlockState };

function blockUndo({ before, current }: Sides, { service, input, said }: Owner): readonly PlannedCall[] {
  if (sameSwitches(before, current)) return [];
  const { configuration } = before;
  if (configuration === null) {
    return [callOf(service, "DeletePublicAccessBlock", input).says(`Take Block Public Access off ${said} again`)];
  }
  const former = callOf(service, "PutPublicAccessBlock", { ...input, PublicAccessBlockConfiguration: configuration });
  return [former.says(`Set Block Public Access of ${said} as it was`)];
}

/** What the finding's call left: the switches that it took off, or none at all. */
function blockInEvidence(target: RemediationTarget): BlockState | undefined {
  const off = z.array(z.string()).safeParse(target.evidence["off"]);
  if (!off.success) return undefined;
  if (calledIn(target)?.startsWith("Delete") === true) return { configuration: null };
  const isOn = (name: keyof typeof ALL_ON): boolean => !off.data.includes(name);
  return {
    configuration: {
      BlockPublicAcls: isOn("BlockPublicAcls"),
      BlockPublicPolicy: isOn("BlockPublicPolicy"),
      IgnorePublicAcls: isOn("IgnorePublicAcls"),
      RestrictPublicBuckets: isOn("RestrictPublicBuckets"),
    },
  };
}

/** Put and delete as S3 does them, for a bucket and for an account. */
const simulateBlock = (_: BlockState, { operation, input }: PlannedCall): BlockState => {
  const put = input["PublicAccessBlockConfiguration"];
  return {
    configuration: operation === "PutPublicAccessBlock" && isJsonObject(put) ? switchesSchema.parse(put) : null,
  };
};

/** State, evidence, change, undo and model of Block Public Access, of whatever `ownerOf` names. */
export const publicAccessBlock = (ownerOf: (target: RemediationTarget) => Owner) => ({
  state: blockStateSchema,
  fromEvidence: blockInEvidence,
  change: (state: BlockState, target: RemediationTarget) => blockChange(state, ownerOf(target)),
  undo: ({ target, ...sides }: Sides & { readonly target: RemediationTarget }) => blockUndo(sides, ownerOf(target)),
  model: { simulate: simulateBlock },
});
