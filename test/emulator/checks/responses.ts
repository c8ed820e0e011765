import { ESCALATION_LADDERS } from "@ephor/domain/approval";
import { until } from "../../support/until.ts";
import { ESCALATING } from "../deployed-config.ts";
import type { VictimAccount } from "../victim-account.ts";
import { type CarelessChange, openPort, weakBlock } from "./careless-changes.ts";
import { answerOf, type Check, must } from "./check.ts";
import { begin, onVictim, type Scene } from "./on-victim.ts";
import { decide, holdWalked, pendingApproval, same, statesOf, walked } from "./response-drive.ts";
import { asked, changesIn, holdSessions, holdStatus, holdTold, holdUnchanged } from "./response-holds.ts";

const ASKED = "Begin Plan Planned Ask Asked";
const APPLIED = "Reserve Reserved Snapshot Apply Applied Verify Verified Settle Ended Resolved";

/** From the event on the bus to the read-back state, and the way back, all by REST. */
const thereAndBack = (make: (victim: VictimAccount) => Promise<CarelessChange>) =>
  onVictim(async (scene) => {
    const of = await begin(scene, await make(scene.victim));
    const { world, as, change, finding } = of;
    const { approval, differs, calls } = await asked(of);
    same("the plan differs in", differs, change.differs);
    await holdUnchanged(of);
    same("after one of two it is", await decide(as, { id: approval.id, decision: "approve", by: ["ann"] }), "pending");
    same("after both it is", await decide(as, { id: approval.id, decision: "approve", by: ["bob"] }), "approved");
    await holdWalked(world, { workflow: "respond", finding, way: `${ASKED} ${APPLIED}` });
    same("put right, it is", await change.see(), change.right);
    same("changes:", await changesIn(of), calls);
    await holdStatus(of, { status: "resolved", end: "resolved" });

    const olga = await as("olga", "operator");
    answerOf(await olga.startRollback(finding, { reason: "a partner cannot reach us" }));
    const back = await pendingApproval(olga, { finding, kind: "rollback" });
    same("the way back asks", [back.risk, back.approvalsNeeded, back.requester], ["high", 2, "olga"]);
    same("before its approval it is", await change.see(), change.right);
    await decide(as, { id: back.id, decision: "approve", by: ["bob", "cid"] });
    const way = "Begin Ask Asked Reserve Reserved RollBack TakenBack Settle Ended RolledBack";
    await holdWalked(world, { workflow: "undo", finding, way });
    same("taken back, it is", await change.see(), change.careless);
    await holdStatus(of, { status: "reopened", end: "rolled-back" });
    const sessions = await holdSessions(of);
    const told = await holdTold(of, approval.plan?.hash);
    return `${calls} call and the way back in ${sessions} sessions; ${told}`;
  });

/** Nobody decides: reminders, then the leads are asked as well, then it is denied, by the clock of the functions. */
async function expiry(scene: Scene): Promise<string> {
  const of = await begin(scene, await openPort(scene.victim.clients));
  const { world, as, finding } = of;
  const { approval } = await asked(of);
  const ann = await as("ann");
  const shown = async () => answerOf(await ann.showApproval(approval.id));
  const { minutes, times } = ESCALATION_LADDERS.critical;
  for (let reminder = 1; reminder <= times + 1; reminder += 1) {
    world.system.setClock(reminder * minutes);
    await until(`reminder ${reminder}`, async () => (await shown()).reminders === reminder, { seconds: 30 });
  }
  same("after the last reminder are asked", (await shown()).asked, ["ann", "bob", "cid", "fay"]);
  world.system.setClock(ESCALATING.expiresHours * 60);
  await holdWalked(world, { workflow: "respond", finding, way: `${ASKED} Settle Ended Expired` });
  same("the approval is", (await shown()).state, "expired");
  const late = await ann.decideApproval(approval.id, { decision: "approve", reason: "too late" });
  same("a decision after that is told", late.ok || late.error.code, "approval.refused");
  await holdUnchanged(of);
  await holdStatus(of, { status: "open", end: "expired" });
  const way = await walked(world, { workflow: "escalate", name: `escalate-${approval.id}` });
  const expected = /^Begin Continue (?:WaitToRemind Remind Continue ){4,}(?:WaitToExpire Expire Continue )+Done$/;
  must(expected.test(way), `the escalation goes by ${way}`);
  return `${times} reminders, the fallback group, and a denial after ${ESCALATING.expiresHours} h of the functions' clock`;
}

async function rejected(scene: Scene): Promise<string> {
  const of = await begin(scene, await openPort(scene.victim.clients));
  const { approval } = await asked(of);
  same("it is", await decide(of.as, { id: approval.id, decision: "reject", by: ["bob"] }), "rejected");
  await holdWalked(of.world, { workflow: "respond", finding: of.finding, way: `${ASKED} Settle Ended Rejected` });
  await holdUnchanged(of);
  await holdStatus(of, { status: "open", end: "rejected" });
  return "its response ends as rejected, its finding is open, and no session could write";
}

async function drifted(scene: Scene): Promise<string> {
  const of = await begin(scene, await weakBlock(scene.victim.clients));
  const { world, as, change, finding } = of;
  const first = (await asked(of)).approval;
  const disturbed = await change.disturb();
  await decide(as, { id: first.id, decision: "approve", by: ["ann", "bob"] });
  const { approval: second, differs } = await asked(of, { besides: first.id });
  same("the second plan differs in", differs, [...change.differs, "/configuration/IgnorePublicAcls"].sort());
  await holdUnchanged(of, disturbed);
  const { state } = answerOf(await (await as("ann")).showApproval(first.id));
  same("the first approval is", state, "cancelled");
  await decide(as, { id: second.id, decision: "approve", by: ["bob", "cid"] });
  const again = "Reserve Reserved Snapshot DriftedAgain Plan Planned Ask Asked";
  await holdWalked(world, { workflow: "respond", finding, way: `${ASKED} ${again} ${APPLIED}` });
  same("put right, it is", await change.see(), change.right);
  same("changes:", await changesIn(of), 1);
  await holdStatus(of, { status: "resolved", end: "resolved" });
  return "two approvals of the first plan changed nothing, two of the second applied it";
}

/** What is approved while somebody has stopped all applying waits in its workflow, and goes on by itself. */
async function stopped(scene: Scene): Promise<string> {
  const of = await begin(scene, await openPort(scene.victim.clients));
  const { world, as, change, finding } = of;
  const olga = await as("olga", "operator");
  const { approval } = await asked(of);
  answerOf(await olga.setApplying({ stopped: true, reason: "an outage that may be ours" }));
  try {
    await decide(as, { id: approval.id, decision: "approve", by: ["ann", "bob"] });
    const name = `respond-${finding}-1`;
    const waits = async () => (await statesOf(world, { workflow: "respond", name })).states.includes("WaitForRoom");
    await until(`${name} to wait`, waits, { seconds: 60 });
    await holdUnchanged(of);
  } finally {
    answerOf(await olga.setApplying({ stopped: false, reason: "it was not" }));
  }
  const way = await walked(world, { workflow: "respond", name: `respond-${finding}-1` });
  const again = way.replace(/(?:Reserve Reserved WaitForRoom )+/, "");
  same("but for its waits it goes by", again, `${ASKED} ${APPLIED}`);
  same("put right, it is", await change.see(), change.right);
  await holdStatus(of, { status: "resolved", end: "resolved" });
  return "approved and not applied, until applying was resumed";
}

export const RESPONSES: readonly Check[] = [
  {
    name: "responses: an open port is closed once two people approve, and opened again once two take it back",
    run: thereAndBack(({ clients }) => openPort(clients)),
  },
  {
    name: "responses: a bucket's Block Public Access is switched on once two people approve, and taken back",
    run: thereAndBack(({ clients }) => weakBlock(clients)),
  },
  { name: "responses: a plan that one person rejects changes nothing", run: onVictim(rejected) },
  { name: "responses: what changes between plan and approval is planned and asked anew", run: onVictim(drifted) },
  { name: "responses: what is approved waits while applying is stopped, and goes on after", run: onVictim(stopped) },
  { name: "responses: an approval that nobody decides is reminded of, and then a denial", run: onVictim(expiry) },
];
