import type { AwsCall } from "@ephor/domain/aws-call";
import { adminStatements } from "@ephor/domain/policy-document/grants-admin";
import { namesAll, type RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";
import { quoted } from "../quoted.ts";
import { documentText, inlinePolicy, readDocument } from "./inline-policy.ts";
import { listAll } from "./list-all.ts";
import { GONE, kindOf, principalInput } from "./principal.ts";

/** Policies of AWS's own that make an administrator: the second may give itself the first. In any partition. */
export const AWS_ADMIN = /^arn:[^:]+:iam::aws:policy\/(?:AdministratorAccess|IAMFullAccess)$/;
const AWS_OWN = /^arn:[^:]+:iam::aws:policy\//;

export type AdminPolicies = {
  readonly attached: readonly string[];
  readonly inline: readonly { readonly name: string; readonly text: string }[];
};

/** The one policy that a finding of `iam.admin-policy-attached` names; undefined where it names none. */
function namedIn(target: RemediationTarget): { arn?: string; inline?: string } | undefined {
  if (!namesAll(target)) return undefined;
  const { policy, policyArn } = target.evidence;
  if (typeof policyArn === "string") return { arn: policyArn };
  return policyArn === null && typeof policy === "string" ? { inline: policy } : undefined;
}

const attachedSchema = z.object({ AttachedPolicies: z.array(z.object({ PolicyArn: z.string() })) });
const namesSchema = z.object({ PolicyNames: z.array(z.string()) });

/** What makes the user, role or group an administrator: all such policies, or the one that the finding names. */
export async function readAdminPolicies(aws: AwsCall, target: RemediationTarget): Promise<Asked<AdminPolicies>> {
  const named = namedIn(target);
  const kind = kindOf(target);
  const input = principalInput(target);
  const pages = await listAll(aws, { operation: `ListAttached${kind}Policies`, input, page: attachedSchema });
  if (!pages.ok) return pages;
  const arns = pages.value.flatMap(({ AttachedPolicies }) => AttachedPolicies.map(({ PolicyArn }) => PolicyArn));
  const attached = await adminArns(
    aws,
    arns.filter((arn) => named === undefined || arn === named.arn),
  );
  if (!attached.ok) return attached;
  const lists = await listAll(aws, { operation: `List${kind}Policies`, input, page: namesSchema });
  if (!lists.ok) return lists;
  const names = lists.value.flatMap(({ PolicyNames }) => PolicyNames);
  const wanted = names.filter((name) => named === undefined || name === named.inline);
  const inline = await adminInline(aws, { target, names: wanted });
  return inline.ok ? ok({ attached: attached.value, inline: inline.value }) : inline;
}

async function adminArns(aws: AwsCall, arns: readonly string[]): Promise<Asked<readonly string[]>> {
  const admin: string[] = [];
  for (const arn of arns) {
    const grants = AWS_OWN.test(arn) ? ok(AWS_ADMIN.test(arn)) : await grantsAdmin(aws, arn);
    if (!grants.ok) return grants;
    if (grants.value) admin.push(arn);
  }
  return ok(admin);
}

const policySchema = z.object({ Policy: z.object({ DefaultVersionId: z.string() }) });
const versionSchema = z.object({ PolicyVersion: z.object({ Document: documentText }) });

async function grantsAdmin(aws: AwsCall, PolicyArn: string): Promise<Asked<boolean>> {
  const policy = await ask(
    aws,
    { service: "iam", operation: "GetPolicy", input: { PolicyArn } },
    { answer: policySchema, gone: GONE },
  );
  if (!policy.ok) return policy;
  const version = await ask(
    aws,
    {
      service: "iam",
      operation: "GetPolicyVersion",
      input: { PolicyArn, VersionId: policy.value.Policy.DefaultVersionId },
    },
    { answer: versionSchema, gone: GONE },
  );
  if (!version.ok) return version;
  return isAdmin(version.value.PolicyVersion.Document, `policy ${quoted(PolicyArn)}`);
}

type Names = { readonly target: RemediationTarget; readonly names: readonly string[] };

async function adminInline(aws: AwsCall, { target, names }: Names): Promise<Asked<AdminPolicies["inline"]>> {
  const admin: AdminPolicies["inline"][number][] = [];
  for (const name of names) {
    const text = await inlinePolicy(aws, { target, name });
    if (!text.ok) return text;
    if (text.value === null) continue;
    const grants = isAdmin(text.value, `inline policy ${quoted(name)}`);
    if (!grants.ok) return grants;
    if (grants.value) admin.push({ name, text: text.value });
  }
  return ok(admin);
}

/** What cannot be read may be anything: then nothing is planned. */
function isAdmin(text: string, what: string): Asked<boolean> {
  const document = readDocument(text);
  if (document === undefined) return unsupported(`${what} cannot be read, so that nobody knows what it allows`);
  return ok(adminStatements(document).length > 0);
}
