import { createServer } from "node:http";
import { approvalLinks } from "@ephor/app/approval-links";
import { cancelApproval } from "@ephor/app/cancel-approval";
import { openApproval } from "@ephor/app/open-approval";
import type { Log } from "@ephor/app/ports";
import type { ApprovalSubject, ApprovalTerms } from "@ephor/domain/approval";
import type { Role } from "@ephor/domain/config/person";
import type { ApprovalId } from "@ephor/domain/ids";
import type { Plan } from "@ephor/domain/plan";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import { addSeconds } from "@ephor/domain/time";
import { getRequestListener } from "@hono/node-server";
import { onTestFinished } from "vitest";
import { aWorld, LINK_KEY, seededRandom } from "../workflows/world.ts";
import { aPlan, aSubject, PEOPLE, TERMS } from "./approvals.ts";

/** Of an execution that waits; it must not be seen anywhere. */
export const TASK_TOKEN = "task-token-that-never-leaves";

type Asked = {
  terms?: Partial<ApprovalTerms>;
  plan?: Partial<Plan>;
  serial?: number;
  requester?: string;
  subject?: ApprovalSubject;
};
export type Opened = { readonly id: ApprovalId; readonly subject: ApprovalSubject };
type Sent = {
  readonly headers?: Record<string, string>;
  readonly form?: Record<string, string>;
  readonly json?: object;
};

/** A whole node with people and approvals, asked over HTTP. */
export async function anApprovalNode(config: object = {}) {
  const lines: { event: string; fields: Record<string, unknown> }[] = [];
  const line = (event: string, fields: Record<string, unknown> = {}) => void lines.push({ event, fields });
  const log: Log = { debug: line, info: line, warn: line, error: line };
  const world = await aWorld({ ...PEOPLE, ...config }, { log });
  const links = approvalLinks({ key: LINK_KEY });
  const random = seededRandom("approvals");
  const deps = () => ({ store: world.store(), clock: world.time.clock, random, config: world.config });

  async function send(method: string, path: string, { headers = {}, form, json }: Sent = {}): Promise<Response> {
    const type = form ? "application/x-www-form-urlencoded" : "application/json";
    const body = form ? new URLSearchParams(form).toString() : json && JSON.stringify(json);
    const request = new Request(`http://node${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": type }), ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: "manual",
    });
    return world.node().api.fetch(request, { address: "192.0.2.7" });
  }

  return {
    ...world,
    links,
    lines,
    deps,
    send,
    /** Opens the approval of a plan. */
    async open({
      terms = {},
      plan = {},
      serial = 0,
      requester = "policy 1",
      subject: given,
    }: Asked = {}): Promise<Opened> {
      const risk = terms.risk ?? "medium";
      const subject = given ?? (await aSubject(world.store(), { serial, plan: aPlan({ risk, ...plan }) }));
      const asked = { tenant: DEFAULT_TENANT, subject, terms: { ...TERMS, ...terms }, requester };
      const opened = await openApproval(deps(), { ...asked, token: TASK_TOKEN, correlationId: "c-open" });
      if (!opened.ok) throw new Error(opened.error.message);
      return { id: opened.value.approvalId, subject };
    },
    async cancel(id: string): Promise<void> {
      const why = { by: "test", reason: "not needed any more", correlationId: "c-cancel" };
      const done = await cancelApproval(deps(), { tenant: DEFAULT_TENANT, approvalId: id, ...why });
      if (!done.ok) throw new Error(done.error.message);
    },
    /** The link that a message would carry, and its code. */
    linkOf(person: string, id: ApprovalId, hours = 72) {
      const expiresAt = addSeconds(world.time.clock.now(), hours * 3600);
      const { token, code } = links.linkFor({ tenant: DEFAULT_TENANT, approvalId: id, person, expiresAt });
      return { token, code, path: `/approve/${token}` };
    },
    /** The cookie of a session of `person`. */
    async cookieOf(person: string, role: Role = "approver"): Promise<string> {
      const headers = { authorization: `Bearer ${await world.adminToken()}` };
      const made = await send("POST", "/v1/sign-in-links", { headers, json: { role, subject: person, person } });
      const { url } = (await made.json()) as { url: string };
      const signedIn = await send("POST", new URL(url).pathname);
      return signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    },
    async shown(id: string): Promise<Record<string, unknown>> {
      return (await world.as("ann", "viewer").get(`/v1/approvals/${id}`)).body as Record<string, unknown>;
    },
    /** The leaves of the ledger that are about an approval. */
    async recordsOf(id: string) {
      const entries = await world.ledger().entries({ tenant: DEFAULT_TENANT, from: 0, limit: 1000 });
      return entries
        .map((entry) => ({ ...entry, leaf: JSON.parse(entry.leaf) as Record<string, unknown> }))
        .filter(({ leaf }) => leaf["this"] === id);
    },
  };
}
export type ApprovalNode = Awaited<ReturnType<typeof anApprovalNode>>;

/** The value of a hidden field of a page's form. */
export const hiddenIn = (page: string, name: string): string =>
  new RegExp(`<input type="hidden" name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? "";

/** The node on a port of this machine, for what speaks HTTP itself. */
export async function served(node: ApprovalNode): Promise<string> {
  const server = createServer(
    getRequestListener((request) => node.node().api.fetch(request, { address: "127.0.0.1" })),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}
