import { type EphorError, ephorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import type { PlannedCall, Remediation, RemediationTarget } from "@ephor/domain/remediation";
import { err, ok, type Result } from "@ephor/domain/result";
import type { z } from "zod";
import type { RemediationCase } from "./cases/case.ts";
import { accountId, type IdForm } from "./id-form.ts";
import { quoted } from "./quoted.ts";

/** What a call does to the state, as AWS documents it: the model that tests run plans against, without AWS. */
type Model<S extends JsonObject> = {
  readonly simulate: (state: S, call: PlannedCall) => S;
  /** What AWS answers, where later calls of the plan refer to it (`$from`). */
  readonly answer?: (state: S, call: PlannedCall) => JsonObject;
};

type Optional = "version" | "irreversible" | "fromEvidence";
type Derived = "check" | "resourceTypes";
export type RemediationInput<S extends JsonObject> = Omit<Remediation<S>, Optional | Derived> &
  Partial<Pick<Remediation<S>, Optional>> & {
    /** What a state looks like; a stored one is read by it again. Strict objects, `null` where there is nothing. */
    readonly state: z.ZodType<S>;
    /** CloudFormation types that it takes, each with the form of its ids. */
    readonly resources: { readonly [type: string]: IdForm };
    readonly model: Model<S>;
    readonly cases: readonly RemediationCase[];
  };

/** A remediation with what its tests and its page are made of. */
export type DefinedRemediation = Remediation & {
  readonly state: z.ZodType<JsonObject>;
  readonly model: Required<Model<JsonObject>>;
  readonly cases: readonly RemediationCase[];
};

/**
 * Fills in what most remediations leave out, derives `check` from the ids it takes, and takes any JSON for a state:
 * one of another form, which only a bug can bring, throws.
 */
export function defineRemediation<S extends JsonObject>(input: RemediationInput<S>): DefinedRemediation {
  const { state: schema, resources, model, cases, change, undo, read, fromEvidence, ...told } = input;
  const { answer } = model;
  return {
    version: "1",
    irreversible: null,
    ...told,
    ...{ state: schema, cases, read, fromEvidence: fromEvidence ?? (() => undefined) },
    resourceTypes: Object.keys(resources).sort(),
    check: (target) => checkTarget(target, resources),
    change: (state, target) => change(schema.parse(state), target),
    undo: ({ before, current, target }) =>
      undo({ before: schema.parse(before), current: schema.parse(current), target }),
    model: {
      simulate: (state, call) => model.simulate(schema.parse(state), call),
      answer: (state, call) => answer?.(schema.parse(state), call) ?? {},
    },
  };
}

type Check = Result<void, EphorError<"remediation.target-invalid">>;

/** Whether the target is one that this remediation takes, and all of it of the one account. */
function checkTarget(target: RemediationTarget, resources: RemediationInput<JsonObject>["resources"]): Check {
  const { account, region, resource } = target;
  const { type, id, arn } = resource;
  const form = Object.hasOwn(resources, type) ? resources[type] : undefined;
  if (form === undefined) return refused("/resource/type", type, Object.keys(resources).join(" or "));
  if (!accountId.pattern.test(account)) return refused("/account", account, accountId.expected);
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d{1,2}$/.test(region)) return refused("/region", region, "an AWS Region");
  if (!form.pattern.test(id)) return refused("/resource/id", id, form.expected);
  if (form.isAccount === true && id !== account) return refused("/resource/id", id, `the account ${account}`);
  const inId = checkArn(target, { path: "/resource/id", arn: id });
  return inId.ok && arn !== undefined ? checkArn(target, { path: "/resource/arn", arn }) : inId;
}

/** An ARN leaves account and Region empty where the service has none there; text that is no ARN has neither. */
function checkArn(
  { account, region, partition }: RemediationTarget,
  { path, arn }: { path: string; arn: string },
): Check {
  if (!arn.startsWith("arn:")) return ok(undefined);
  const [, part, , place = "", owner = ""] = arn.split(":");
  if (part !== partition) return refused(path, arn, `an ARN of the partition ${partition}`);
  if (owner !== "" && owner !== account) return refused(path, arn, `a resource of account ${account}`);
  if (place !== "" && place !== region) return refused(path, arn, `a resource in ${region}`);
  return ok(undefined);
}

function refused(path: string, found: string, expected: string): Check {
  return err(ephorError("remediation.target-invalid", `found ${quoted(found)}, expected ${expected}`, { path }));
}
