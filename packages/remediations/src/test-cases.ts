import type { AwsRequest } from "@ephor/domain/aws-call";
import { canonicalJson } from "@ephor/domain/canonical-json";
import { diffOf } from "@ephor/domain/diff";
import type { Json, JsonObject } from "@ephor/domain/json";
import { planOf } from "@ephor/domain/plan";
import type { PlannedCall } from "@ephor/domain/remediation";
import type { HitExpectation, RemediationCase } from "./cases/case.ts";
import { recordedAws } from "./cases/recorded-aws.ts";
import type { DefinedRemediation } from "./define-remediation.ts";
import { iamActionsOf } from "./iam-actions.ts";
import { simulated } from "./simulate.ts";

export type CaseResult = {
  readonly remediation: string;
  readonly kind: RemediationCase["kind"];
  readonly name: string;
  /** What was expected and what came instead; undefined where the case holds. */
  readonly problem: string | undefined;
};

/**
 * Runs every remediation over its own cases: recorded answers in; plan, difference and way back out. Beside what a case
 * expects, every hit has to plan alike twice, to be permitted by the declared actions, to leave nothing to do once it is
 * applied, and to lead back to the former state by `undo` (all by the remediation's own model of what calls do).
 */
export async function runCases(remediations: readonly DefinedRemediation[]): Promise<readonly CaseResult[]> {
  const all = remediations.flatMap((remediation) => remediation.cases.map((one) => ({ remediation, one })));
  return Promise.all(
    all.map(async ({ remediation, one }) => ({
      ...{ remediation: remediation.id, kind: one.kind, name: one.name },
      problem: await problemWith(remediation, one),
    })),
  );
}

async function problemWith(remediation: DefinedRemediation, one: RemediationCase): Promise<string | undefined> {
  const { target, answers } = one;
  const checked = remediation.check(target);
  if (!checked.ok) return refusal(one, checked.error);
  const { aws, asked } = recordedAws(answers);
  const read = await remediation.read(aws, target);
  const unread = missing(asked, remediation.permissions.read);
  if (unread !== undefined) return `reading needs ${unread}, which permissions.read leaves out`;
  if (!read.ok) return refusal(one, read.error);
  if (one.kind === "malformed") return `expected ${one.expect.code}, got a state`;
  const { state, tags = {} } = read.value;
  if (!remediation.state.safeParse(state).success) return "the state is not of its own schema";
  const hashes = [await hashOf(remediation, one), await hashOf(remediation, one)];
  if (new Set(hashes).size > 1) return "the same answers give two hashes";
  if (one.kind === "hit") return differs("tags", tags, one.expect.tags ?? tags) ?? withHit(remediation, { one, state });
  const { calls, after } = remediation.change(state, target);
  return differs("calls", calls.map(request), []) ?? differs("the state after", after, state);
}

function refusal(one: RemediationCase, error: { code: string; message: string }): string | undefined {
  if (one.kind !== "malformed") return `refused: ${error.code}: ${error.message}`;
  const { code, message = /./ } = one.expect;
  if (error.code !== code) return `expected ${code}, got ${error.code}: ${error.message}`;
  return message.test(error.message) ? undefined : `expected a message like ${message}, got ${error.message}`;
}

type Hit = { readonly one: RemediationCase & { readonly kind: "hit" }; readonly state: JsonObject };

function withHit(remediation: DefinedRemediation, { one, state }: Hit): string | undefined {
  const { target, expect } = one;
  const { calls, after } = remediation.change(state, target);
  const current = simulated(remediation, { state, calls });
  const back = remediation.undo({ before: state, current, target });
  return (
    differs("calls", calls.map(request), expect.calls) ??
    differs("the state once all calls are made", current, after) ??
    expectations(expect, { diff: diffOf(state, after), back }) ??
    silent([...calls, ...back]) ??
    differs("calls once all is done", remediation.change(after, target).calls.map(request), []) ??
    wayBack(remediation, { state, current, back }) ??
    notPermitted(remediation, [...calls, ...back])
  );
}

function expectations(expect: HitExpectation, { diff, back }: { diff: Json; back: readonly PlannedCall[] }) {
  const { diff: wanted, undo } = expect;
  if (wanted !== undefined && differs("diff", diff, wanted)) return differs("diff", diff, wanted);
  return undo === undefined ? undefined : differs("undo", back.map(request), undo);
}

/** The hash of the plan, read and planned anew. */
async function hashOf(remediation: DefinedRemediation, { target, answers }: RemediationCase): Promise<string> {
  const read = await remediation.read(recordedAws(answers).aws, target);
  if (!read.ok) return read.error.code;
  return planOf({ remediation, target, state: read.value.state, tags: {}, basis: "aws" }).hash;
}

function wayBack(
  remediation: DefinedRemediation,
  { state, current, back }: { state: JsonObject; current: JsonObject; back: readonly PlannedCall[] },
): string | undefined {
  if (remediation.irreversible !== null) return undefined;
  return differs("the state after undo", simulated(remediation, { state: current, calls: back }), state);
}

function notPermitted({ permissions }: DefinedRemediation, calls: readonly AwsRequest[]): string | undefined {
  const action = missing(calls, permissions.write);
  return action === undefined ? undefined : `a call needs ${action}, which permissions.write leaves out`;
}

/** The first action that `calls` need and `permitted` does not hold. */
const missing = (calls: readonly AwsRequest[], permitted: readonly string[]): string | undefined =>
  calls.flatMap(iamActionsOf).find((action) => !permitted.includes(action));

const silent = (calls: readonly PlannedCall[]): string | undefined =>
  calls.every(({ says }) => says.length > 0 && says.length <= SAYS_MAX)
    ? undefined
    : "a call says nothing, or too much";
/** A call in words is one line, long names of AWS included. */
const SAYS_MAX = 400;

const request = ({ service, operation, input }: AwsRequest): AwsRequest => ({ service, operation, input });

function differs(what: string, found: Json, expected: Json): string | undefined {
  const [a, b] = [canonicalJson(found), canonicalJson(expected)];
  return a === b ? undefined : `expected ${what} ${b}, got ${a}`;
}
