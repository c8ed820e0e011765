import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { ACCOUNT, failure, hit, malformed, nothing, OTHER_ACCOUNT, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { callOf } from "../values.ts";
import { instances } from "./ids.ts";
import { readInstance } from "./read-instance.ts";

const tokensSchema = z.enum(["optional", "required"]);
type Tokens = z.infer<typeof tokensSchema>;
const REQUIRED: { readonly httpTokens: Tokens } = { httpTokens: "required" };
const instanceSchema = z
  .object({ MetadataOptions: z.object({ HttpTokens: tokensSchema }) })
  .transform(({ MetadataOptions }) => ({ httpTokens: MetadataOptions.HttpTokens }));

/** What is not named stays as it is (EC2 API Reference, ModifyInstanceMetadataOptions). */
const set = (HttpTokens: Tokens, { resource }: RemediationTarget) =>
  callOf("ec2", "ModifyInstanceMetadataOptions", { InstanceId: resource.id, HttpTokens }).says(
    HttpTokens === "required"
      ? `Require session tokens of the metadata service on instance ${resource.id}`
      : `Let the metadata service of instance ${resource.id} answer without session tokens again`,
  );

const ID = "i-0a1b2c3d4e5f60718";
const target = targetOf("AWS::EC2::Instance", ID);
const instance = (HttpTokens: string, { state = "running", owner = ACCOUNT } = {}) => ({
  DescribeInstances: {
    Reservations: [
      {
        OwnerId: owner,
        ReservationId: "r-0a1b2c3d",
        Instances: [
          {
            InstanceId: ID,
            State: { Code: 16, Name: state },
            MetadataOptions: { State: "applied", HttpTokens, HttpPutResponseHopLimit: 1, HttpEndpoint: "enabled" },
            Tags: [{ Key: "env", Value: "production" }],
          },
        ],
      },
    ],
  },
});
const call = (HttpTokens: Tokens) => ({
  service: "ec2" as const,
  operation: "ModifyInstanceMetadataOptions",
  input: { InstanceId: ID, HttpTokens },
});

export const requireImdsv2 = defineRemediation({
  id: "ec2.require-imdsv2",
  title: "Require IMDSv2 on an instance",
  description:
    "The instance's metadata service answers only requests that carry a session token, so that a forged request through an application no longer gives out the credentials of the instance's role. Nothing restarts.",
  controls: { fsbp: ["EC2.8"], cis: ["5.6"] },
  risk: "medium",
  resources: instances,
  permissions: { read: ["ec2:DescribeInstances"], write: ["ec2:ModifyInstanceMetadataOptions"] },
  state: z.strictObject({ httpTokens: tokensSchema }),
  read: async (aws, of) => {
    const read = await readInstance(aws, { target: of, more: instanceSchema });
    return read.ok ? ok({ state: read.value.instance, tags: read.value.tags }) : read;
  },
  change: ({ httpTokens }, of) => ({
    calls: httpTokens === "required" ? [] : [set("required", of)],
    after: REQUIRED,
    blast:
      httpTokens === "required"
        ? `Nothing: instance ${of.resource.id} requires session tokens already.`
        : `Software on instance ${of.resource.id} that still asks the metadata service the old way (metric MetadataNoToken) gets no answer, and with it no credentials of the instance's role.`,
  }),
  undo: ({ before, current, target: of }) =>
    before.httpTokens === current.httpTokens ? [] : [set(before.httpTokens, of)],
  model: { simulate: (_, { input }) => ({ httpTokens: tokensSchema.parse(input["HttpTokens"]) }) },
  references: [
    "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html",
  ],
  cases: [
    hit("tokens are optional", {
      target,
      answers: instance("optional"),
      expect: {
        tags: { env: "production" },
        calls: [call("required")],
        diff: [{ path: "/httpTokens", before: "optional", after: "required" }],
        undo: [call("optional")],
      },
    }),
    nothing("tokens are required", { target, answers: instance("required") }),
    malformed("the instance is gone", {
      target,
      answers: { DescribeInstances: failure("InvalidInstanceID.NotFound") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("the instance is terminated", {
      target,
      answers: instance("optional", { state: "terminated" }),
      expect: { code: "remediation.resource-gone", message: /terminated/ },
    }),
    malformed("the instance is another account's", {
      target,
      answers: instance("optional", { owner: OTHER_ACCOUNT }),
      expect: { code: "remediation.unsupported" },
    }),
    malformed("a setting that nobody knows", {
      target,
      answers: instance("sometimes"),
      expect: { code: "remediation.unsupported", message: /HttpTokens/ },
    }),
    malformed("the id of a volume", {
      target: targetOf("AWS::EC2::Instance", "vol-0a1b2c3d"),
      expect: { code: "remediation.target-invalid", message: /expected the id of an instance/ },
    }),
  ],
});
