import type { AwsCall } from "@ephor/domain/aws-call";
import { isOwnAction } from "@ephor/domain/own-action";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { type Asked, ask, unsupported } from "../ask.ts";
import type { IdForm } from "../id-form.ts";
import { quoted } from "../quoted.ts";
import { type Tags, tagsSchema } from "../values.ts";
import { listAll } from "./list-all.ts";

/** Names of IAM (IAM User Guide, "IAM and AWS STS quotas"); a path is no part of a name. */
const named = (expected: string, charactersMax: number): IdForm => ({
  pattern: new RegExp(`^[A-Za-z0-9_+=,.@-]{1,${charactersMax}}$`),
  expected,
});
export const users = { "AWS::IAM::User": named("the name of a user", 64) };
export const roles = { "AWS::IAM::Role": named("the name of a role", 64) };
export const groups = { "AWS::IAM::Group": named("the name of a group", 128) };

/** A user, role or group, as operations of IAM write it: `Get<kind>`, `Detach<kind>Policy`, `<kind>Name`. */
export type Kind = "User" | "Role" | "Group";
export const kindOf = ({ resource }: Pick<RemediationTarget, "resource">): Kind =>
  resource.type === "AWS::IAM::Role" ? "Role" : resource.type === "AWS::IAM::Group" ? "Group" : "User";

/** "user "bob"". */
export const nameOf = (target: Pick<RemediationTarget, "resource">): string =>
  `${kindOf(target).toLowerCase()} ${quoted(target.resource.id)}`;
/** What names it in a call: `{UserName: "bob"}`. */
export const principalInput = (target: Pick<RemediationTarget, "resource">): Readonly<Record<string, string>> => ({
  [`${kindOf(target)}Name`]: target.resource.id,
});

export const GONE = ["NoSuchEntity"];

const principalSchema = z.object({
  Arn: z.string(),
  Path: z.string().default("/"),
  PasswordLastUsed: z.iso.datetime().optional(),
  Tags: tagsSchema,
});
export type Principal = z.infer<typeof principalSchema>;

/** Tags of a deployment of Ephor, on its functions' roles and on the role by which it changes an account. */
const isPartOfEphor = (tags: Tags): boolean => tags["Project"]?.toLowerCase() === "ephor";

/**
 * The user, role or group as IAM has it. `remediation.unsupported` for what IAM lets nobody change (the root user, roles of
 * AWS services and of Identity Center), and for what Ephor itself runs as: it would lock itself out, and could not undo it.
 */
export async function readPrincipal(aws: AwsCall, target: RemediationTarget): Promise<Asked<Principal>> {
  const { id, arn = "" } = target.resource;
  if (arn.endsWith(":root"))
    return unsupported("the root user's rights and keys can be changed by the root user alone");
  const kind = kindOf(target);
  const own = kind === "Role" ? ok(null) : await ownUser(aws);
  if (!own.ok) return own;
  const read = kind === "Group" ? await readGroup(aws, { target, own: own.value }) : await readOne(aws, target);
  if (!read.ok) return read;
  const { Arn, Path, Tags } = read.value;
  if (Arn.split(":")[4] !== target.account) return unsupported(`${nameOf(target)} belongs to another account`);
  if (/^\/aws-(?:service-role|reserved)\//.test(Path)) {
    return unsupported(`${nameOf(target)} is a role that AWS keeps; nobody can change it here`);
  }
  if (isPartOfEphor(Tags))
    return unsupported(`${nameOf(target)} is tagged as Ephor's own (Project: ephor); ${BY_HAND}`);
  const isOwn = (kind === "User" && own.value === id) || isOwnAction(Arn, target.actor);
  return isOwn ? isEphorItself(target) : read;
}

const BY_HAND = "a person has to look at this one";

const isEphorItself = (target: RemediationTarget) => unsupported(`Ephor itself runs as ${nameOf(target)}; ${BY_HAND}`);

const answerSchema = z.union([
  z.object({ User: principalSchema }).transform(({ User }) => User),
  z.object({ Role: principalSchema }).transform(({ Role }) => Role),
]);

const readOne = (aws: AwsCall, target: RemediationTarget): Promise<Asked<Principal>> =>
  ask(
    aws,
    { service: "iam", operation: `Get${kindOf(target)}`, input: principalInput(target) },
    { answer: answerSchema, gone: GONE },
  );

const groupSchema = z.object({
  Group: principalSchema.omit({ Tags: true }),
  Users: z.array(z.object({ UserName: z.string() })),
});

/** A group with Ephor's own user in it is what Ephor runs as, in part. */
async function readGroup(
  aws: AwsCall,
  of: { target: RemediationTarget; own: string | null },
): Promise<Asked<Principal>> {
  const { target, own } = of;
  const pages = await listAll(aws, { operation: "GetGroup", input: principalInput(target), page: groupSchema });
  if (!pages.ok) return pages;
  const members = pages.value.flatMap(({ Users }) => Users.map(({ UserName }) => UserName));
  if (own !== null && members.includes(own)) return isEphorItself(target);
  const [first] = pages.value;
  return first === undefined ? unsupported("GetGroup gave no page") : ok({ ...first.Group, Tags: {} });
}

const ownSchema = z.object({ User: z.object({ UserName: z.string().optional() }) });

/** The user whose key signs these calls; null where it is a role's session, which IAM refuses to call a user. */
async function ownUser(aws: AwsCall): Promise<Asked<string | null>> {
  const read = await ask(aws, { service: "iam", operation: "GetUser", input: {} }, { answer: ownSchema });
  if (read.ok) return ok(read.value.User.UserName ?? null);
  return ["aws.refused", "aws.not-found"].includes(read.error.code) ? ok(null) : read;
}
