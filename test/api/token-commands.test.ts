import { expect, test } from "vitest";
import { z } from "zod";
import { aNode } from "./a-node.ts";

const tokens = z.array(z.object({ id: z.string(), name: z.string(), revokedAt: z.string().nullable() }));

test("tokens are made, listed without their secrets and revoked from the command line", async () => {
  const node = await aNode();
  const made = z
    .object({ id: z.string(), secret: z.string() })
    .parse(JSON.parse((await node.ephor("token", "create", "ci", "--days", "7")).stdout));
  const findings = () => node.ephor("findings", "list", "--token", made.secret);
  expect((await findings()).code).toBe(0);
  const list = async () => {
    const { stdout } = await node.ephor("token", "list");
    expect(stdout).not.toContain(made.secret.slice(-48));
    return tokens.parse(JSON.parse(stdout));
  };
  expect((await list()).map(({ name }) => name).sort()).toEqual(["admin", "ci"]);
  expect((await node.ephor("token", "list", "--limit", "1")).stdout).toMatch(/^\[\{[^{}]+\}\]\n$/);

  expect((await node.ephor("token", "revoke", made.id)).code).toBe(0);
  expect((await findings()).code).toBe(2);
  expect((await list()).find(({ id }) => id === made.id)?.revokedAt).not.toBeNull();
  const unknown = await node.ephor("token", "revoke", `${"0".repeat(16)}-default`);
  expect({ code: unknown.code, stdout: unknown.stdout }).toEqual({ code: 2, stdout: "" });
  expect(unknown.stderr).toContain("no token has this id");
});
