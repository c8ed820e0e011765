import { describe, expect, test } from "vitest";
import { consumeStream } from "../../functions/support/consume-stream.ts";

describe("the stream", () => {
  const record = (number: string, duePk: string, id?: string) => ({
    dynamodb: {
      SequenceNumber: number,
      NewImage: { duePk: { S: duePk }, ...(id === undefined ? {} : { id: { S: id } }) },
    },
  });
  const Records = [
    record("1", "one#$pending", "rec_1"),
    record("2", "two#$pending", "rec_2"),
    record("3", "one#effect"),
    record("4", "one#$pending", "rec_3"),
    record("5", "one#inbox"),
    record("6", "NO TENANT#effect"),
    { dynamodb: {} },
  ];
  const consume = async (failing: { settle?: string; sign?: boolean; dispatch?: boolean }) => {
    const done: string[] = [];
    const lines: string[] = [];
    const say = (event: string) => void lines.push(event);
    const answer = await consumeStream(
      {
        settle: async (one, ids) => {
          if (failing.settle === one) throw new Error("no");
          done.push(`settle ${one} ${ids.join()}`);
        },
        signCheckpoint: async (one) => {
          if (failing.sign) throw new Error("no");
          done.push(`sign ${one}`);
        },
        dispatchEffects: async (one) => {
          if (failing.dispatch) throw new Error("no");
          done.push(`dispatch ${one}`);
        },
        log: { debug: say, info: say, warn: say, error: say },
      },
      { Records },
    );
    return {
      done: done.toSorted(),
      lines,
      failed: answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier),
    };
  };
  const all = ["dispatch one", "settle one rec_1,rec_3", "settle two rec_2", "sign one", "sign two"];

  test("does once for a tenant what its commits ask for", async () => {
    expect(await consume({})).toEqual({ done: all, lines: [], failed: [] });
  });

  test("brings a tenant's records again where they got no place or an effect broke, and no other's", async () => {
    expect((await consume({ settle: "two" })).failed).toEqual(["2"]);
    expect((await consume({ settle: "one" })).failed).toEqual(["1", "3", "4", "5"]);
    expect((await consume({ dispatch: true })).failed).toEqual(["1", "3", "4", "5"]);
  });

  test("leaves a head that could not be signed to the schedule", async () => {
    const { failed, lines } = await consume({ sign: true });
    expect({ failed, lines }).toEqual({ failed: [], lines: ["checkpoint.failed", "checkpoint.failed"] });
  });
});
