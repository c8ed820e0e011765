import { until } from "../../support/until.ts";
import { VICTIM, VICTIM_ROLE } from "../deployed-config.ts";
import { answerOf, must, type World } from "./check.ts";
import { verifiedRecords } from "./ledger.ts";
import { pendingApproval, type Responding, same } from "./response-drive.ts";

/** Nobody but two people who had no part in it decide; until then nothing is changed, and Ephor can only read. */
export async function asked(of: Responding, { besides }: { readonly besides?: string } = {}) {
  const { as, change, finding } = of;
  const approval = await pendingApproval(await as("ann"), { finding, kind: "plan", besides });
  const { risk, approvalsNeeded, because, asked: who, plan } = approval;
  // No reason for more people than the rule asks for: the environment was read from the resource's own tags.
  same("the terms are", { risk, approvalsNeeded, because, who }, { ...HIGH, who: ["ann", "bob", "cid"] });
  same("the plan rests on", plan?.basis, "aws");
  same("the plan has calls of", [...new Set(plan?.calls.map(({ service }) => service))], [change.service]);
  const refused = await (await as("mallory")).decideApproval(approval.id, { decision: "approve", reason: "mine" });
  same("whoever caused it is told", refused.ok || refused.error.code, "approval.not-eligible");
  return { approval, differs: plan?.diff.map(({ path }) => path) ?? [], calls: plan?.calls.length ?? 0 };
}
const HIGH = { risk: "high", approvalsNeeded: 2, because: [] };

/** Nothing is changed, and no session was asked for that could change anything. */
export async function holdUnchanged(
  { victim, change, finding, since }: Responding,
  is = change.careless,
): Promise<void> {
  same("without an approval it is", await change.see(), is);
  const sessions = await victim.sessionsFor({ text: finding, since });
  must(sessions.length > 0, "Ephor has taken no role on, and has planned");
  for (const { actions } of sessions) same("without an approval a session may", actions, change.reads);
  same("without an approval, changes:", await changesIn({ victim, change, since }), 0);
}

/** How often Ephor changed the resource. */
export const changesIn = ({ victim, change, since }: Pick<Responding, "victim" | "change" | "since">) =>
  victim.changesBySessions({ ...change, since });

/** Each session is of the victim's role, by its external id, and may what its step takes. Gives how many there were. */
export async function holdSessions({ victim, change, finding, since }: Responding): Promise<number> {
  const sessions = await victim.sessionsFor({ text: finding, since });
  const all = [...change.reads, ...change.writes].sort();
  for (const { name, roleArn, hasExternalId, actions } of sessions) {
    same(`${name} is of`, { roleArn, hasExternalId }, ROLE);
    same(`${name} may`, actions, name.startsWith("ephor-write-") ? all : change.reads);
  }
  must(
    sessions.some(({ name }) => name === `ephor-write-${finding}`),
    "no session was asked for that may write",
  );
  return sessions.length;
}
const ROLE = { roleArn: `arn:aws:iam::${VICTIM}:role/${VICTIM_ROLE}`, hasExternalId: true };

/** The finding, and the end of the response to its present life. */
export async function holdStatus({ as, finding }: Responding, expected: { status: string; end: string | null }) {
  const { status, response } = answerOf(await (await as("ann")).showFinding(finding));
  same("the finding is", { status, end: response?.end ?? null }, expected);
}

/** What the timeline says of a plan that was applied, and of the way back, in order. */
const TIMELINE = [
  ...["finding.opened", "response.requested", "finding.transitioned", "response.planned"],
  ...["approval.opened", "approval.decided", "approval.decided", "approval.ended"],
  ...["finding.transitioned", "response.reserved", "response.applied", "response.verified"],
  ...["finding.transitioned", "approval.ended", "response.ended"],
  ...["response.requested", "approval.opened", "approval.decided", "approval.decided", "approval.ended"],
  ...["response.reserved", "response.rolled-back", "finding.transitioned", "approval.ended", "response.ended"],
];
const EXECUTIONS = ["intake SUCCEEDED", "respond SUCCEEDED", "undo SUCCEEDED"];
/** What the ledger says of them, in the order of the alphabet: records of one moment are in any. */
const LEDGER = [
  ...["approval decided", "approval decided", "approval decided", "approval decided", "approval executed"],
  ...["approval executed", "approval opened", "approval opened", "approval refused"],
  ...["finding opened", "finding response-ended", "finding rollback-ended"],
  ...["finding transitioned", "finding transitioned", "finding transitioned", "finding transitioned"],
  ...["plan planned", "plan reserved", "plan rollback-requested", "plan snapshotted", "plan undo-reserved"],
  ...["remediation applied", "remediation call-made", "remediation call-undone", "remediation undo-begun"],
  "remediation verified",
];

/** Timeline and ledger tell every step of a plan that was applied and taken back, and whoever reads finds its executions. */
export async function holdTold({ world, as, finding }: Responding, planHash: string | undefined): Promise<string> {
  // Reading a finding is a record of its own.
  const { timeline } = answerOf(await (await as("ann")).showFinding(finding));
  await world.system.settled();
  const ids = new Set(timeline.flatMap(({ executionId }) => executionId ?? []));
  const shown = await Promise.all([...ids].map((id) => world.system.api.showExecution(id)));
  same(
    "its executions are",
    shown.map(answerOf).map(({ workflow, status }) => `${workflow} ${status}`),
    EXECUTIONS,
  );
  same(
    "the timeline has",
    timeline.map(({ kind }) => kind),
    TIMELINE,
  );
  const look = async () => {
    const records = await toldOf(world, [finding, planHash]);
    return records.length >= LEDGER.length && records;
  };
  // The schedule that signs comes every minute.
  const told = await until("a signed head over its records", look, { seconds: 90 });
  same("the ledger has", told, LEDGER);
  return `${timeline.length} lines of its timeline, ${told.length} records of a ledger that verifies`;
}

/** What the ledger tells about any of these, each in two words, sorted; who read it left out. */
async function toldOf(world: World, about: readonly (string | undefined)[]): Promise<readonly string[]> {
  const { records } = await verifiedRecords(world);
  return records
    .filter((leaf) => [leaf.this, leaf.parent, leaf.plan_hash].some((one) => one !== undefined && about.includes(one)))
    .map(({ entity_type: entity, did }) => `${entity} ${did}`)
    .filter((told) => told !== "node finding-read")
    .sort();
}
