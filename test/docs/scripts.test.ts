import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const run = (script: string, ...args: readonly string[]) => {
  const flags = ["--disable-warning=ExperimentalWarning", "--expose-gc"];
  return spawnSync(process.execPath, [...flags, `test/${script}/run.ts`, ...args], { encoding: "utf8" });
};

test.each([
  ["bench", "--only NAME"],
  ["fuzz", "--seed N"],
  ["faults", "--kills N"],
  ["sandbox", "--look FILE"],
])(
  "the script of test/%s tells its options when asked, and when it is given one that it does not know",
  (script, option) => {
    const asked = run(script, "--help");
    expect(asked).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining(option) });
    const wrong = run(script, "--nonsense");
    expect(wrong).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(/'--nonsense'.*Usage: npm run/s),
    });
    expect(wrong.stderr).not.toContain("    at ");
  },
);
