import { generateKeyPairSync, sign } from "node:crypto";
import { encode } from "@ephor/app/items";
import { planKey } from "@ephor/app/keys";
import type { StatementSigner, Store } from "@ephor/app/ports";
import { findingWrite } from "@ephor/app/record-finding";
import type { ApprovalSubject, ApprovalTerms } from "@ephor/domain/approval";
import { type Finding, type FindingDraft, firstFacts } from "@ephor/domain/finding";
import type { Plan } from "@ephor/domain/plan";
import type { Risk } from "@ephor/domain/remediation";
import { DEFAULT_TENANT, type Tenant } from "@ephor/domain/tenant";
import { timestamp } from "@ephor/domain/time";

/** A configuration with people and groups for approvals: `mallory` caused the finding of `aSubject`. */
export const PEOPLE = {
  people: ["ann", "bob", "cid", "fay", "mallory"].map((id) => ({
    ...{ id, name: `${id.charAt(0).toUpperCase()}${id.slice(1)} Example`, email: `${id}@example.org` },
    roles: ["approver"],
    awsPrincipals: id === "mallory" ? ["arn:aws:iam::111122223333:user/mallory"] : [],
  })),
  groups: { approvers: ["ann", "bob", "cid", "mallory"], leads: ["fay"] },
};

export const TERMS: ApprovalTerms = {
  ...{ risk: "medium", groups: ["approvers"], approvalsNeeded: 1, rejectionsNeeded: 1, expiresHours: 72 },
  ...{ escalation: null, fallbackGroup: null, channels: [], because: [] },
};

const DRAFT: FindingDraft = {
  ...{ detection: "ec2.security-group-opened-to-world", detectionVersion: "1", severity: "high" },
  title: 'Security group "web" <script>alert(1)</script> now allows 0.0.0.0/0 to port 22',
  ...{ account: "111122223333", region: "eu-central-1", actorInKey: false, mitre: [], controls: [] },
  resource: { type: "AWS::EC2::SecurityGroup", id: "sg-0123456789abcdef0", name: "web" },
  actor: { type: "IAMUser", id: "AIDA", arn: "arn:aws:iam::111122223333:user/mallory", name: "mallory" },
  ...{ remediation: "ec2.revoke-open-ingress", evidence: {} },
};

export const aPlan = (more: Partial<Plan> = {}): Plan => ({
  ...{ hash: "a".repeat(64), remediation: "ec2.revoke-open-ingress", remediationVersion: "1" },
  ...{ title: "Revoke ingress from anywhere on a security group", account: DRAFT.account, region: DRAFT.region },
  ...{ resource: DRAFT.resource, risk: "medium", irreversible: null, owner: null, tags: {}, basis: "aws" },
  before: { ingress: [{ protocol: "tcp", from: 22, to: 22, cidr: "0.0.0.0/0" }] },
  after: { ingress: [] },
  calls: [
    {
      ...{ service: "ec2", operation: "RevokeSecurityGroupIngress", says: "Revoke tcp 22 from 0.0.0.0/0 on web" },
      input: { GroupId: DRAFT.resource.id },
    },
  ],
  diff: [{ path: "/ingress", before: [{ protocol: "tcp", from: 22, to: 22, cidr: "0.0.0.0/0" }], after: [] }],
  blast: "Instances with this group lose ssh from the internet",
  ...more,
});

/** A finding with a plan in the store; the subject of the plan's approval. `serial` makes another finding. */
export async function aSubject(
  store: Store,
  {
    tenant = DEFAULT_TENANT,
    serial = 0,
    plan = aPlan(),
    draft = {},
  }: { tenant?: Tenant; serial?: number; plan?: Plan; draft?: Partial<FindingDraft> } = {},
): Promise<Extract<ApprovalSubject, { kind: "plan" }>> {
  const time = timestamp(Date.UTC(2026, 0, 1));
  const resource = { ...DRAFT.resource, id: serial === 0 ? DRAFT.resource.id : `sg-${serial}` };
  const facts = firstFacts(tenant, { draft: { ...DRAFT, resource, ...draft }, sighting: { identity: "e", time } });
  const finding: Finding = { ...facts, status: "open", generation: 1, resolvedAt: null };
  const { account, region, actor, evidence } = facts;
  const target = { account, region, partition: "aws", resource, actor, evidence, lastSeenAt: facts.lastSeenAt };
  const key = planKey(tenant, { findingId: finding.id, generation: 1, planHash: plan.hash });
  const done = await store.transact([
    findingWrite(finding, undefined),
    {
      kind: "put",
      item: { ...key, ...encode("plan", { ...plan, target }) },
      when: { kind: "absent" },
    },
  ]);
  if (!done.ok) throw new Error(done.error.message);
  return { kind: "plan", findingId: finding.id, generation: 1, planHash: plan.hash };
}

export const termsOf = (risk: Risk, more: Partial<ApprovalTerms> = {}): ApprovalTerms => ({ ...TERMS, risk, ...more });

/** Signs with a key of its own. */
export function aSigner(): StatementSigner {
  const { privateKey } = generateKeyPairSync("ed25519");
  return {
    signStatement: async ({ text }) => ({
      keyId: "00000000",
      signature: sign(null, Buffer.from(text), privateKey).toString("base64"),
    }),
  };
}
