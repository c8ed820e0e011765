import type { Approval } from "@ephor/domain/approval";
import type { Tenant } from "@ephor/domain/tenant";
import { type ApprovalDeps, readApproval } from "./approval-items.ts";
import { approvalRecord } from "./approval-told.ts";
import { type ApprovalDesk, decode, encode } from "./items.ts";
import { approvalDeskKey } from "./keys.ts";
import type { Store, Write } from "./ports.ts";
import { serialByKey } from "./serially.ts";

/** So many refusals of one person are ledgered for one approval; the ledger keeps what it gets for ever. */
const REFUSALS_MAX = 20;
const ATTEMPTS_MAX = 20;
const EMPTY: ApprovalDesk = { wrongTries: 0, seenOn: null, refusals: 0 };

type Place = { readonly tenant: Tenant; readonly approvalId: string; readonly person: string };

/** What `person` did about the approval so far, beside deciding. */
export async function readDesk(d: { readonly store: Store }, { tenant, ...of }: Place): Promise<ApprovalDesk> {
  const item = await d.store.get(approvalDeskKey(tenant, of));
  return item === undefined ? EMPTY : decode("approval-desk", item);
}

type DeskChange = { readonly desk: ApprovalDesk; readonly writes: readonly Write[] };

type Changing = Place & { readonly change: (desk: ApprovalDesk) => DeskChange | undefined };

const serially = serialByKey();

/** Changes what is kept of one person and approval, whoever else writes it. `undefined`: there is nothing to write. */
export const changeDesk = (d: { readonly store: Store }, of: Changing): Promise<ApprovalDesk> =>
  serially(`${of.tenant} ${of.approvalId} ${of.person}`, () => tryUntilWritten(d, of));

async function tryUntilWritten(
  d: { readonly store: Store },
  { tenant, change, ...of }: Changing,
): Promise<ApprovalDesk> {
  const key = approvalDeskKey(tenant, of);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const item = await d.store.get(key);
    const desk = item === undefined ? EMPTY : decode("approval-desk", item);
    const changed = change(desk);
    if (changed === undefined) return desk;
    const when =
      item === undefined ? ({ kind: "absent" } as const) : ({ kind: "version", version: item.version } as const);
    const put: Write = { kind: "put", item: { ...key, ...encode("approval-desk", changed.desk) }, when };
    const done = await d.store.transact([put, ...changed.writes]);
    if (done.ok) return changed.desk;
    if (done.error.code !== "store.conflict") throw new Error(done.error.message);
  }
  throw new Error(
    `what a person did about approval ${of.approvalId} changed ${ATTEMPTS_MAX} times while it was written`,
  );
}

type Refusal = Omit<Place, "person"> & {
  readonly decision: { readonly person: string; readonly decision: "approve" | "reject"; readonly via: string };
  readonly code: string;
  readonly message: string;
  readonly address?: string;
  readonly correlationId: string;
};

/** Ledgers that a known person was refused, a bounded number of times; an approval that is not there has no ledger. */
export async function noteRefusal(d: ApprovalDeps, refusal: Refusal): Promise<void> {
  const { tenant, approvalId, decision } = refusal;
  const known = await readApproval(d, { tenant, approvalId });
  if (!known.ok) return;
  await changeDesk(d, {
    ...{ tenant, approvalId, person: decision.person },
    change: (desk) => refused(d, { desk, refusal, approval: known.value.approval }),
  });
}

type Refused = { readonly desk: ApprovalDesk; readonly refusal: Refusal; readonly approval: Approval };

/** One more refusal, and its record while there are not too many. */
export function refused(d: ApprovalDeps, { desk, refusal, approval }: Refused): DeskChange | undefined {
  if (desk.refusals >= REFUSALS_MAX) return undefined;
  return { desk: { ...desk, refusals: desk.refusals + 1 }, writes: [refusalRecord(d, { refusal, approval })] };
}

function refusalRecord(d: ApprovalDeps, { refusal, approval }: Omit<Refused, "desk">): Write {
  const { decision, code, message, address, correlationId } = refusal;
  const unique = Buffer.from(d.random.bytes(12)).toString("hex");
  return approvalRecord(d, approval, {
    ...{ key: `refused ${unique}`, time: d.clock.now(), did: "refused", decision: decision.decision },
    ...{ who: decision.person, who_type: "person", status: approval.state, error: { code, message } },
    correlation_id: correlationId,
    ...(decision.via === "link" || decision.via === "slack" ? { auth_method: decision.via } : {}),
    ...(address === undefined ? {} : { source_ip: address }),
  });
}
