import { canonicalJson } from "@ephor/domain/canonical-json";
import type { Json } from "@ephor/domain/json";
import type { Careless } from "./careless/careless.ts";
import type { Responder } from "./respond.ts";
import type { Victim } from "./victim.ts";

type Checked = {
  readonly careless: Careless;
  readonly victim: Victim;
  /** On a store of its own, so that no lease of an earlier response is in the way. */
  readonly responder: () => Responder;
  readonly irreversible: boolean;
};

/** What does not hold of a remediation, against a real account as far as an emulator is one. */
export async function problemsWith(of: Checked): Promise<readonly string[]> {
  const ways = [wholeWay, drift, ...(of.irreversible ? [] : [conflict])];
  const problems: string[] = [];
  for (const way of ways) {
    const respond = of.responder();
    try {
      problems.push(...(await way({ ...of, respond })));
    } finally {
      respond.close();
    }
  }
  return problems;
}

type Way = Omit<Checked, "responder"> & { readonly respond: Responder };

let made = 0;
const nameOf = (careless: Careless): string => `careless-${careless.remediation.replaceAll(".", "-")}-${++made}`;

/** Plan, apply, verify, and all the way back. */
async function wholeWay({ careless, victim, respond, irreversible }: Way): Promise<readonly string[]> {
  const one = await careless.make(victim, nameOf(careless));
  const left = differs("left careless it is", await one.see(), one.careless);
  if (left !== undefined) return [left];
  const { ref, plan } = await respond.plan({ remediation: careless.remediation, target: one.target, ...seenIn(one) });
  const unchanged = differs("planned, it is", await one.see(), one.careless);
  const ready = await respond.prepare(ref);
  if (ready !== "ready") return [`it cannot be prepared: ${ready}`];
  const applied = await respond.apply(ref);
  const problems = [
    unchanged,
    applied === "applied" ? undefined : `applying ends with ${applied}`,
    (await respond.verify(ref)) ? undefined : "the wanted state does not hold",
    differs("put right, it is", await one.see(), one.right),
  ];
  const back = await respond.rollBack(ref);
  const expected = irreversible ? "rollback-failed" : "rolled-back";
  return [
    ...problems,
    plan.calls.length > 0 ? undefined : "the plan has no calls",
    back === expected ? undefined : `taking it back ends with ${back}, expected ${expected}`,
    differs("taken back, it is", await one.see(), irreversible ? one.right : one.careless),
  ].filter((problem) => problem !== undefined);
}

/** Somebody changes it after the plan: nothing is applied. */
async function drift({ careless, victim, respond }: Way): Promise<readonly string[]> {
  const one = await careless.make(victim, nameOf(careless));
  const { ref } = await respond.plan({ remediation: careless.remediation, target: one.target, ...seenIn(one) });
  await one.disturb();
  const disturbed = await one.see();
  const ready = await respond.prepare(ref);
  const touched = differs("drifted, it is", await one.see(), disturbed);
  const told = ready === "remediation.drifted" ? undefined : `changed after the plan, it is ${ready}`;
  return [told, touched].filter((problem) => problem !== undefined);
}

/** Somebody changes it after it was applied: nothing is taken back. */
async function conflict({ careless, victim, respond }: Way): Promise<readonly string[]> {
  const one = await careless.make(victim, nameOf(careless));
  const { ref } = await respond.plan({ remediation: careless.remediation, target: one.target, ...seenIn(one) });
  const ready = await respond.prepare(ref);
  const applied = await respond.apply(ref);
  if (ready !== "ready" || applied !== "applied") return [`before somebody else changes it: ${ready}, ${applied}`];
  await one.disturb();
  const disturbed = await one.see();
  const back = await respond.rollBack(ref);
  const expected = careless.onlyWay === undefined ? "rollback-conflict" : "rolled-back";
  const told = back === expected ? undefined : `changed after it was applied, taking it back ends with ${back}`;
  return [told, differs("in conflict, it is", await one.see(), disturbed)].filter((problem) => problem !== undefined);
}

const seenIn = ({ seenInDays }: { readonly seenInDays?: number }) => (seenInDays === undefined ? {} : { seenInDays });

function differs(what: string, found: Json, expected: Json): string | undefined {
  const [a, b] = [canonicalJson(found), canonicalJson(expected)];
  return a === b ? undefined : `${what} ${a}, expected ${b}`;
}
