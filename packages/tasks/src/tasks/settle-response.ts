import type { Clock, Random, Store } from "@ephor/app/ports";
import { settleResponse } from "@ephor/app/settle-response";
import type { Config } from "@ephor/domain/config/config";
import { RESPONSE_ENDS, type ResponseEnd } from "@ephor/domain/response";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { causeText, planHash } from "../payloads.ts";
import { direction, ofResponse } from "../response-payload.ts";

export type SettleDeps = {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: Config;
};

const isEnd = (value: unknown): value is ResponseEnd =>
  typeof value === "string" && Object.hasOwn(RESPONSE_ENDS, value);
const end = z.custom<ResponseEnd>(isEnd, "expected an end of a response");
export const settleResponseTask = defineTask(
  z.strictObject({
    ...{ ...ofResponse, planHash: planHash.nullable(), run: direction, end, detail: causeText },
    forcedBy: z.string().nullable(),
    attempt: z.int().min(1).default(1),
  }),
  async (d: SettleDeps, { v: _, ...settling }) => settleResponse(d, settling),
);
