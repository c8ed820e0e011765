import { isDeepStrictEqual } from "node:util";
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { type ApiClient, apiClient } from "@ephor/api/client";
import type { DecisionWord } from "@ephor/domain/approval";
import type { Role } from "@ephor/domain/config/person";
import { until } from "../../support/until.ts";
import { envelopeOf } from "../cloudtrail-put.ts";
import type { VictimAccount } from "../victim-account.ts";
import type { CarelessChange } from "./careless-changes.ts";
import { answerOf, must, type World } from "./check.ts";
import { put } from "./generated.ts";

const SECONDS_MAX = 60;

/** What a check of a response is about. */
export type Responding = {
  readonly world: World;
  readonly victim: VictimAccount;
  readonly as: People;
  /** Before anything of it took place. */
  readonly since: Date;
  readonly change: CarelessChange;
  /** The finding's id. */
  readonly finding: string;
};

/** The API with tokens of people, each made when it is first asked for. */
export function people({ system }: Pick<World, "system">) {
  const made = new Map<string, ApiClient>();
  return async (person: string, role: Role = "approver"): Promise<ApiClient> => {
    const known = made.get(person);
    if (known !== undefined) return known;
    const asked = { name: `of-${person}`, role, person, days: 1 };
    const { secret } = answerOf(await system.api.createToken(asked));
    const api = apiClient({ url: system.url, token: secret });
    made.set(person, api);
    return api;
  };
}
export type People = ReturnType<typeof people>;

/** Puts the change's event on the default bus and waits for its finding. Gives the finding's id. */
export async function reported(world: World, { record, detection, resource }: CarelessChange): Promise<string> {
  await put(world, [envelopeOf(record)]);
  const look = async () => {
    const { items } = answerOf(await world.system.api.listFindings({ limit: 100, detection }));
    return items.find((finding) => finding.resource.id === resource)?.id;
  };
  return until(`a finding about ${resource}`, look, { seconds: SECONDS_MAX });
}

type ApprovalOf = {
  readonly finding: string;
  readonly kind: "plan" | "rollback";
  readonly besides?: string | undefined;
};

/** The approval of a finding's plan, or of its way back, that waits for people; not the one named `besides`. */
export async function pendingApproval(api: ApiClient, { finding, kind, besides }: ApprovalOf) {
  const look = async () => {
    const { items } = answerOf(await api.listApprovals({ state: "pending", limit: 100 }));
    return items.find(({ id, subject }) => subject.kind === kind && subject.findingId === finding && id !== besides);
  };
  const { id } = await until(`an approval (${kind}) of ${finding}`, look, { seconds: SECONDS_MAX });
  return answerOf(await api.showApproval(id));
}

/** One after the other, each with a token of their own. Gives the approval's state after the last. */
export async function decide(
  as: People,
  { id, decision, by }: { id: string; decision: DecisionWord; by: readonly string[] },
): Promise<string> {
  let state = "none";
  for (const person of by) {
    const api = await as(person);
    const decided = answerOf(await api.decideApproval(id, { decision, reason: `${person} has looked at it` }));
    state = decided.state;
  }
  return state;
}

type Execution = { readonly workflow: "respond" | "undo" | "escalate"; readonly name: string };

/** The states of an execution's history so far, in order. */
export async function statesOf({ system }: World, { workflow, name }: Execution) {
  const { executionArn } = (await system.runs.of(workflow)).find((one) => one.name === name) ?? {};
  must(executionArn !== undefined, `no execution ${name} was started`);
  const history = await system.runs.historyOf(executionArn);
  const states = history.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
  return { executionArn, states: states.join(" ") };
}

/** Waits until an execution has ended well. Gives the states of its history, in order. */
export async function walked(world: World, of: Execution): Promise<string> {
  const { executionArn } = await statesOf(world, of);
  const ended = async () => {
    const { status } = await world.system.clients.sfn.send(new DescribeExecutionCommand({ executionArn }));
    return status !== "RUNNING" && status;
  };
  same(`${of.name} is`, await until(`the end of ${of.name}`, ended, { seconds: SECONDS_MAX }), "SUCCEEDED");
  return (await statesOf(world, of)).states;
}

type Walk = { readonly workflow: "respond" | "undo"; readonly finding: string; readonly way: string };

/** Holds the execution for the first life of a finding against the way that it must have taken. */
export async function holdWalked(world: World, { workflow, finding, way }: Walk): Promise<void> {
  const name = `${workflow}-${finding}-1`;
  same(`${name} goes by`, await walked(world, { workflow, name }), way);
}

/** Throws what is there and what was expected where the two are not equal. */
export function same(what: string, found: unknown, expected: unknown): void {
  must(isDeepStrictEqual(found, expected), `${what} ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}
