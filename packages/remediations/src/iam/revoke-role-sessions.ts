import type { PolicyStatement } from "@ephor/domain/policy-document/policy-document";
import type { RemediationTarget } from "@ephor/domain/remediation";
import { ok } from "@ephor/domain/result";
import { addSeconds, parseTimestamp } from "@ephor/domain/time";
import { z } from "zod";
import { unsupported } from "../ask.ts";
import { failure, hit, malformed, nothing, targetOf } from "../cases/case.ts";
import { defineRemediation } from "../define-remediation.ts";
import { aRole, deploy, encoded, iam } from "./iam-cases.ts";
import { inlinePolicy, putInline, readDocument, restoreInline, simulateInline } from "./inline-policy.ts";
import { nameOf, readPrincipal, roles } from "./principal.ts";

/** The name that the console gives this policy, so that its own "Revoke active sessions" goes on from ours. */
const NAME = "AWSRevokeOlderSessions";
/** CloudTrail and tokens know whole seconds: a session that began in the very second of its deed is older than the next. */
const SECONDS_AFTER = 1;

const stateSchema = z.strictObject({ issuedBefore: z.string(), policy: z.string().nullable() });
type State = z.infer<typeof stateSchema>;

const textOf = (issuedBefore: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: ["*"],
        Resource: ["*"],
        Condition: { DateLessThan: { "aws:TokenIssueTime": issuedBefore } },
      },
    ],
  });

/** Whether all sessions from before `time` are denied everything by the policy that stands. */
const isRevoked = ({ policy, issuedBefore }: State): boolean =>
  (policy === null ? undefined : readDocument(policy))?.statements.some((each) => denies(each, issuedBefore)) ?? false;

function denies({ effect, actions, resources, conditions }: PolicyStatement, time: string): boolean {
  const [condition, ...others] = conditions;
  if (effect !== "Deny" || condition === undefined || others.length > 0) return false;
  const all = [actions, resources].every((selected) => selected?.kind === "only" && selected.of.includes("*"));
  const isIssueTime =
    /^datelessthan(?:equals)?$/i.test(condition.operator) && /^aws:tokenissuetime$/i.test(condition.key);
  return all && isIssueTime && condition.values.some((value) => (parseTimestamp(value) ?? "") >= time);
}

const inline = (target: RemediationTarget) => ({ target, name: NAME });
const AT = parseTimestamp("2026-01-15T10:18:00Z");
const LATER = "2026-01-15T10:18:01.000Z";
const seen = { ...deploy, ...(AT === undefined ? {} : { lastSeenAt: AT }) };
const policy = { RoleName: "deploy", PolicyName: NAME };
const older = textOf("2025-12-01T00:00:00.000Z");

export const revokeRoleSessions = defineRemediation({
  id: "iam.revoke-role-sessions",
  title: "Revoke the sessions of a role",
  description:
    'Denies everything to sessions of the role that began before the finding was last seen, as the console\'s "Revoke active sessions" does. Who assumes the role anew works on: where the way in is still open, close it first, or quarantine the role.',
  controls: { nist: ["IR-4", "AC-12"], soc2: ["CC7.4"], iso27001: ["A.5.26"] },
  risk: "high",
  resources: roles,
  permissions: {
    read: ["iam:GetRole", "iam:GetRolePolicy"],
    write: ["iam:PutRolePolicy", "iam:DeleteRolePolicy"],
  },
  state: stateSchema,
  read: async (aws, target) => {
    if (target.lastSeenAt === undefined) return unsupported("nobody says when the finding was last seen");
    const principal = await readPrincipal(aws, target);
    if (!principal.ok) return principal;
    const policy = await inlinePolicy(aws, inline(target));
    if (!policy.ok) return policy;
    const issuedBefore = addSeconds(target.lastSeenAt, SECONDS_AFTER);
    return ok({ state: { issuedBefore, policy: policy.value }, tags: principal.value.Tags });
  },
  change: (state, target) => {
    if (isRevoked(state))
      return { calls: [], after: state, blast: `Nothing: sessions of ${nameOf(target)} are revoked.` };
    const text = textOf(state.issuedBefore);
    const blast = `Sessions of ${nameOf(target)} that began before ${state.issuedBefore} are refused everything: people sign in again, programs go on once they have fetched new credentials, machines with this role within hours.`;
    return { calls: [putInline({ ...inline(target), text })], after: { ...state, policy: text }, blast };
  },
  undo: ({ before, current, target }) =>
    restoreInline({ ...inline(target), before: before.policy, current: current.policy }),
  model: { simulate: (state, call) => ({ ...state, policy: simulateInline(call) }) },
  references: ["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html"],
  cases: [
    hit("sessions from before the finding was last seen", {
      target: seen,
      answers: { ...aRole({ Tags: [{ Key: "team", Value: "web" }] }), GetRolePolicy: failure("NoSuchEntity") },
      expect: {
        tags: { team: "web" },
        calls: [iam("PutRolePolicy", { ...policy, PolicyDocument: textOf(LATER) })],
        diff: [{ path: "/policy", before: null, after: textOf(LATER) }],
        undo: [iam("DeleteRolePolicy", policy)],
      },
    }),
    hit("sessions revoked once before", {
      target: seen,
      answers: { ...aRole(), GetRolePolicy: { ...policy, PolicyDocument: encodeURIComponent(older) } },
      expect: {
        calls: [iam("PutRolePolicy", { ...policy, PolicyDocument: textOf(LATER) })],
        undo: [iam("PutRolePolicy", { ...policy, PolicyDocument: older })],
      },
    }),
    nothing("revoked by hand since", {
      target: seen,
      answers: {
        ...aRole(),
        GetRolePolicy: {
          ...policy,
          PolicyDocument: encoded({
            Version: "2012-10-17",
            Statement: {
              Effect: "Deny",
              Action: "*",
              Resource: "*",
              Condition: { DateLessThan: { "aws:TokenIssueTime": "2026-01-15T10:30:00Z" } },
            },
          }),
        },
      },
    }),
    malformed("the role is gone", {
      target: seen,
      answers: { GetRole: failure("NoSuchEntity") },
      expect: { code: "remediation.resource-gone" },
    }),
    malformed("a role that a service of AWS keeps", {
      target: seen,
      answers: aRole({ Path: "/aws-service-role/guardduty.amazonaws.com/" }),
      expect: { code: "remediation.unsupported" },
    }),
    malformed("nobody says when", {
      target: deploy,
      answers: {},
      expect: { code: "remediation.unsupported", message: /last seen/ },
    }),
    malformed("a user, whose keys have no sessions to end", {
      target: targetOf("AWS::IAM::User", "bob"),
      expect: { code: "remediation.target-invalid" },
    }),
  ],
});
