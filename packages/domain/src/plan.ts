import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import { type DiffEntry, diffOf } from "./diff.ts";
import type { Resource } from "./finding.ts";
import type { JsonObject } from "./json.ts";
import type { Change, PlannedCall, Remediation, RemediationTarget, Risk } from "./remediation.ts";

/** Who made the resource by code, so that a fix by hand would drift back. */
export type IacOwner = {
  readonly tool: "CloudFormation" | "Terraform" | "Pulumi" | "SST" | "CDK";
  readonly name: string;
};

/** The exact calls that a remediation will make, with the state before and after (product.md, "plan"). */
export type Plan = {
  readonly hash: string;
  readonly remediation: string;
  readonly remediationVersion: string;
  readonly title: string;
  readonly account: string;
  readonly region: string;
  readonly resource: Resource;
  readonly risk: Risk;
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly calls: readonly PlannedCall[];
  readonly diff: readonly DiffEntry[];
  /** Why it cannot be undone, or null where it can. */
  readonly irreversible: string | null;
  readonly blast: string;
  readonly owner: IacOwner | null;
  readonly tags: { readonly [key: string]: string };
  /** `aws`: from what stands there; `event`: from the event's own data, to read only, never to apply. */
  readonly basis: "aws" | "event";
};

/** SHA-256 (hex) of what a decision binds to (remediation.md): the same state gives the same hash. */
export function planHash(
  of: Pick<Plan, "remediation" | "remediationVersion" | "account" | "region" | "resource" | "before" | "calls">,
): string {
  const { remediation, remediationVersion: version, account, region, before } = of;
  const resource = { type: of.resource.type, id: of.resource.id };
  const calls = of.calls.map(({ service, operation, input }) => ({ service, operation, input }));
  const bound = { remediation, version, account, region, resource, before, calls };
  return createHash("sha256").update(canonicalJson(bound)).digest("hex");
}

/** Tags by which tools mark what they own, with the tag that names the stack. */
const OWNER_TAGS: readonly { tool: IacOwner["tool"]; tag: string }[] = [
  { tool: "CDK", tag: "aws:cdk:stack" },
  { tool: "CloudFormation", tag: "aws:cloudformation:stack-name" },
  { tool: "SST", tag: "sst:app" },
  { tool: "Pulumi", tag: "pulumi:project" },
  { tool: "Terraform", tag: "terraform" },
  { tool: "Terraform", tag: "Terraform" },
];

export function ownerOf(tags: Readonly<Record<string, string>>): IacOwner | null {
  for (const { tool, tag } of OWNER_TAGS) {
    const name = Object.hasOwn(tags, tag) ? tags[tag] : undefined;
    if (name !== undefined) return { tool, name };
  }
  const managed = Object.entries(tags).find(([key]) => /^managed[-_ ]?by$/i.test(key))?.[1];
  const tool = (["Terraform", "Pulumi", "CloudFormation", "CDK", "SST"] as const).find((name) =>
    managed?.toLowerCase().includes(name.toLowerCase()),
  );
  return tool === undefined || managed === undefined ? null : { tool, name: managed };
}

type Planned = {
  readonly remediation: Remediation;
  readonly target: RemediationTarget;
  readonly state: JsonObject;
  readonly tags: Readonly<Record<string, string>>;
  readonly basis: Plan["basis"];
};

/** The plan of `change` over `state`. A plan without calls says that nothing needs to change. */
export function planOf({ remediation, target, state, tags, basis }: Planned): Plan {
  const change: Change<JsonObject> = remediation.change(state, target);
  const { account, region, resource } = target;
  const told = {
    ...{ remediation: remediation.id, remediationVersion: remediation.version, title: remediation.title },
    ...{ account, region, resource, risk: remediation.risk, irreversible: remediation.irreversible },
    ...{ before: state, after: change.after, calls: change.calls, diff: diffOf(state, change.after) },
    ...{ blast: change.blast, owner: ownerOf(tags), tags: { ...tags }, basis },
  };
  return { hash: planHash(told), ...told };
}
