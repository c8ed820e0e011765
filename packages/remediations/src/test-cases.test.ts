import { describe, expect, test } from "vitest";
import { failure, hit, malformed, nothing, type RemediationCase, targetOf } from "./cases/case.ts";
import { remediations } from "./catalogue.ts";
import { blockPublicAccess } from "./s3/block-public-access.ts";
import { ALL_ON } from "./s3/public-access-block.ts";
import { runCases } from "./test-cases.ts";

describe("every remediation does what its cases say", async () => {
  for (const { remediation, kind, name, problem } of await runCases(remediations)) {
    test(`${remediation}: ${kind}: ${name}`, () => expect(problem).toBeUndefined());
  }
});

describe("a case that does not hold is told", () => {
  const [first] = blockPublicAccess.cases;
  const target = targetOf("AWS::S3::Bucket", "reports");
  const GetBucketTagging = failure("NoSuchTagSet");
  const open = { GetPublicAccessBlock: failure("NoSuchPublicAccessBlockConfiguration"), GetBucketTagging };
  const closed = { GetPublicAccessBlock: { PublicAccessBlockConfiguration: ALL_ON }, GetBucketTagging };
  let made = 0;
  const unlike = () => {
    made += 1;
    return { service: "s3" as const, operation: "PutPublicAccessBlock", input: { made }, says: "Another" };
  };
  const run = async (one: RemediationCase | undefined, more: Partial<typeof blockPublicAccess> = {}) =>
    (await runCases([{ ...blockPublicAccess, ...more, cases: one === undefined ? [] : [one] }]))[0]?.problem;

  test.each<[string, RemediationCase | undefined, Partial<typeof blockPublicAccess>, RegExp | undefined]>([
    ["nothing: the case holds", first, {}, undefined],
    ["a hit with other calls", hit("a", { target, answers: open, expect: { calls: [] } }), {}, /^expected calls \[\]/],
    [
      "a hit that is refused",
      hit("a", { target, answers: { GetPublicAccessBlock: failure("NoSuchBucket") }, expect: { calls: [] } }),
      {},
      /^refused: remediation.resource-gone/,
    ],
    ["calls where there is nothing to do", nothing("a", { target, answers: open }), {}, /^expected calls \[\]/],
    [
      "a state where a refusal is due",
      malformed("a", { target, answers: closed, expect: { code: "remediation.unsupported" } }),
      {},
      /got a state/,
    ],
    [
      "another refusal",
      malformed("a", { target: targetOf("AWS::EC2::Instance", "i-1"), expect: { code: "remediation.unsupported" } }),
      {},
      /got remediation.target-invalid/,
    ],
    [
      "another message",
      malformed("a", {
        target: targetOf("AWS::EC2::Instance", "i-1"),
        expect: { code: "remediation.target-invalid", message: /xyz/ },
      }),
      {},
      /expected a message like/,
    ],
    [
      "a read that is not permitted",
      first,
      { permissions: { read: [], write: [] } },
      /^reading needs s3:GetBucketPublicAccessBlock/,
    ],
    [
      "a call that is not permitted",
      first,
      { permissions: { ...blockPublicAccess.permissions, write: [] } },
      /^a call needs s3:PutBucketPublicAccessBlock/,
    ],
    [
      "a plan that differs each time",
      first,
      { change: (state, to) => ({ ...blockPublicAccess.change(state, to), calls: [unlike()] }) },
      /two hashes/,
    ],
    ["no way back", first, { undo: () => [] }, /^expected undo/],
    [
      "a change that is never done",
      first,
      { model: { simulate: (state) => state, answer: () => ({}) } },
      /^expected the state once all calls are made/,
    ],
  ])("%s", async (_, one, more, problem) => {
    const found = await run(one, more);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
  });

  test("an operation that the case has no answer to", async () => {
    await expect(run(nothing("a", { target, answers: {} }))).rejects.toThrow("no answer to GetPublicAccessBlock");
  });
});
