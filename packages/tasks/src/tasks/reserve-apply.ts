import { type ReserveDeps, reserveApply } from "@ephor/app/reserve-apply";
import type { Json } from "@ephor/domain/json";
import { ok } from "@ephor/domain/result";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { planHash } from "../payloads.ts";
import { direction, ofResponse } from "../response-payload.ts";

export const reserveApplyTask = defineTask(
  z.strictObject({ ...ofResponse, planHash, run: direction, attempt: z.int().min(1) }),
  async (d: ReserveDeps, { v: _, ...asked }) => {
    const reserved = await reserveApply(d, asked);
    return reserved.ok ? ok(reserved.value as unknown as Json) : reserved;
  },
);
