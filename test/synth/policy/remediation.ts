import { remediations } from "@ephor/remediations/catalogue";
import { functionsOf } from "../../../functions/functions.ts";
import { REMEDIATION_ACTIONS } from "../../../stacks/remediation-actions.ts";
import { at, type Check, statementsAt, textAt, textsOf, typed } from "./check.ts";
import { shippedTopology } from "./topology.ts";

const ACCOUNT = "111111111111";
/** IAM and AWS STS quotas: characters of all policies that stand in a role itself. */
const ROLE_POLICY_CHARACTERS_MAX = 10_240;
/** As test/synth/example.config.json names them. */
const MEMBER_ROLE = "arn:aws:iam::222222222222:role/ephor-remediation";

const takers = functionsOf(shippedTopology).filter(({ needs }) => needs.remediation === true);
const writes = remediations.flatMap(({ permissions }) => permissions.write);
export const REMEDIATION_RIGHTS: readonly string[] = [
  ...new Set([...writes, ...remediations.flatMap(({ permissions }) => permissions.read)]),
];

export const isRemediationRole = (name: string): boolean => /^ephor-[a-z]+-remediation$/.test(name);

const isUnscoped = (action: string): boolean => {
  const [prefix = "", name = ""] = action.split(":");
  return REMEDIATION_ACTIONS[prefix]?.unscoped?.includes(name) === true;
};
/** Groups have no tags. */
const isTagged = (action: string): boolean =>
  REMEDIATION_ACTIONS[action.split(":")[0] ?? ""]?.hasResourceTag === true &&
  !isUnscoped(action) &&
  !/^iam:\w+Group/.test(action);

/** Any of the account's, of one kind (topics and queues have no other); what has no account in its ARN is held to it otherwise. */
const isOfAccount = (resource: string): boolean =>
  new RegExp(`^arn:aws:(?:(?:sns|sqs):\\*:${ACCOUNT}:|[a-z0-9-]+:\\*?:${ACCOUNT}:(?:[a-z.-]+[/:])+)\\*$`).test(
    resource,
  );
const isOfAws = (resource: string): boolean => resource === "arn:aws:iam::aws:policy/*";
const isShared = (resource: string): boolean => /^arn:aws:(?:s3:::|ec2:\*::[a-z]+\/)\*$/.test(resource);

export const remediationChecks: readonly Check[] = [
  {
    name: "a remediation role trusts those functions alone that need it, and asks for the external id",
    types: typed("iam/role:Role"),
    wrong: ({ inputs }, { stage }) => {
      const name = textAt(inputs, "name");
      if (!isRemediationRole(name)) return undefined;
      const [only, ...more] = statementsAt(inputs, "assumeRolePolicy");
      if (only === undefined || more.length > 0) return `${more.length + 1} statements`;
      if (only.actions.join() !== "sts:AssumeRole") return `it allows ${only.actions.join()}`;
      if (at(only.principal, "AWS") !== `arn:aws:iam::${ACCOUNT}:root`) return "it trusts another account";
      if (at(only.condition, "ArnEquals") === undefined) return "any role of the account may";
      const roles = textsOf(at(at(only.condition, "ArnEquals"), "aws:PrincipalArn"));
      const expected = takers.map((one) => `arn:aws:iam::${ACCOUNT}:role/ephor-${stage}-${one.name}`);
      if (roles.toSorted().join() !== expected.toSorted().join()) return `it trusts ${roles.join(", ") || "any role"}`;
      const externalId = at(at(only.condition, "StringEquals"), "sts:ExternalId");
      return externalId === `${name}-${ACCOUNT}` ? undefined : "it asks for no external id of its own";
    },
  },
  {
    name: "a remediation role may do what its remediations say, each on the account's resources of its kind",
    types: typed("iam/rolePolicy:RolePolicy"),
    wrong: ({ inputs }) => {
      if (!isRemediationRole(textAt(inputs, "role"))) return undefined;
      if (textAt(inputs, "policy").length > ROLE_POLICY_CHARACTERS_MAX) return "IAM would not take so long a policy";
      const allowed = statementsAt(inputs, "policy").filter(({ effect }) => effect === "Allow");
      const loose = allowed.filter(({ actions, resources, condition }) => {
        if (resources.join() === "*") return !actions.every(isUnscoped);
        const isHeld = at(at(condition, "StringEquals"), "aws:ResourceAccount") === ACCOUNT;
        return !resources.every(
          (resource) => isOfAccount(resource) || isOfAws(resource) || (isShared(resource) && isHeld),
        );
      });
      return loose.length === 0
        ? undefined
        : loose.map(({ actions, resources }) => `${actions} on ${resources}`).join("; ");
    },
  },
  {
    name: "a remediation role changes nothing that is tagged as protected, where a tag can refuse it",
    types: typed("iam/rolePolicy:RolePolicy"),
    wrong: ({ inputs }) => {
      if (!isRemediationRole(textAt(inputs, "role"))) return undefined;
      const refused = statementsAt(inputs, "policy")
        .filter(({ effect, resources, condition }) => {
          const tag = at(condition, "StringEqualsIgnoreCase");
          return effect === "Deny" && resources.join() === "*" && JSON.stringify(tag) === PROTECTED;
        })
        .flatMap(({ actions }) => actions);
      const missing = [...new Set(writes)].filter((action) => isTagged(action) && !refused.includes(action));
      return missing.length === 0 ? undefined : missing.join(", ");
    },
  },
  {
    name: "a remediation role changes none of Ephor's own roles",
    types: typed("iam/rolePolicy:RolePolicy"),
    wrong: ({ inputs }) => {
      if (!isRemediationRole(textAt(inputs, "role"))) return undefined;
      const refused = statementsAt(inputs, "policy")
        .filter(
          ({ effect, resources }) => effect === "Deny" && resources.join() === `arn:aws:iam::${ACCOUNT}:role/ephor-*`,
        )
        .flatMap(({ actions }) => actions);
      const missing = writes.filter((action) => /^iam:.*Role/.test(action) && !refused.includes(action));
      return missing.length === 0 ? undefined : missing.join(", ");
    },
  },
  {
    name: "takes on the remediation roles of listed accounts alone, and only where it needs to",
    types: typed("iam/rolePolicy:RolePolicy"),
    wrong: ({ inputs }, { stage }) => {
      const assumed = statementsAt(inputs, "policy").filter(({ actions }) => actions.includes("sts:AssumeRole"));
      if (assumed.length === 0) return undefined;
      if (!takers.some(({ name }) => textAt(inputs, "role") === `ephor-${stage}-${name}`)) return "it needs none";
      const roles = assumed.flatMap(({ resources }) => resources);
      const expected = [`arn:aws:iam::${ACCOUNT}:role/ephor-${stage}-remediation`, MEMBER_ROLE];
      return roles.join() === expected.join() ? undefined : `it takes on ${roles.join(", ")}`;
    },
  },
];
const PROTECTED = JSON.stringify({ "aws:ResourceTag/ephor:protected": "true" });
