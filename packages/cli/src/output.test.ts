import { expect, test } from "vitest";
import type { Invocation } from "./command.ts";
import { printJson } from "./output.ts";

async function printed(value: unknown, isTty: boolean): Promise<string> {
  const parts: string[] = [];
  const io = { isTty, out: async (part: string) => void parts.push(part) };
  await printJson({ io, values: {}, args: [] } as unknown as Invocation, value);
  return parts.join("");
}

const HOSTILE = {
  name: `a${String.fromCharCode(0x9b)}31m${String.fromCharCode(0x202e)}b${String.fromCharCode(0x2028)}`,
  plain: "Zoë – ok",
};

test("on a terminal nothing that it would obey or hide is written as it is, and the JSON says the same", async () => {
  const text = await printed(HOSTILE, true);
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(text).toContain("Zoë – ok");
  expect(JSON.parse(text)).toEqual(HOSTILE);
});

test("for a program it is one line", async () => {
  expect(await printed(HOSTILE, false)).toBe(`${JSON.stringify(HOSTILE)}\n`);
});
