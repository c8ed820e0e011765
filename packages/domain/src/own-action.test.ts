import { expect, test } from "vitest";
import { isOwnAction, ownRoleIn } from "./own-action.ts";

const ROLE = "arn:aws:iam::111122223333:role/ephor-remediation";
const session = (arn: string, name: string) => ({ type: "AssumedRole", id: "AROA", arn, name });

test("an own action is one of the account's role in a session of Ephor's", () => {
  expect(isOwnAction(ROLE, session(ROLE, "ephor-remediation/ephor-write-fnd_1"))).toBe(true);
});

test.each([
  ["the name of a session alone", session("arn:aws:iam::111122223333:role/admin", "admin/ephor-write-fnd_1")],
  ["the role of the same name in another account", session(ROLE.replace("1111", "9999"), "ephor-remediation/ephor-x")],
  ["a session of the role that is somebody else's", session(ROLE, "ephor-remediation/alice")],
  ["a user of the role's ARN", { ...session(ROLE, "ephor-remediation/ephor-x"), type: "IAMUser" }],
  ["a session without a name", { type: "AssumedRole", id: "AROA", arn: ROLE }],
  ["nobody", null],
])("%s makes no action Ephor's own", (_, actor) => {
  expect(isOwnAction(ROLE, actor)).toBe(false);
});

test("in an account without a role nothing is Ephor's own", () => {
  expect(isOwnAction(undefined, session(ROLE, "ephor-remediation/ephor-x"))).toBe(false);
  const accounts = { "111122223333": { roleArn: ROLE }, "444455556666": {} };
  const roleOf = ownRoleIn({ remediation: { accounts } });
  expect([roleOf("111122223333"), roleOf("444455556666"), roleOf("constructor")]).toEqual([ROLE, undefined, undefined]);
});
