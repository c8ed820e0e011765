import { askException } from "@ephor/app/ask-exception";
import { z } from "zod";
import { defineTask } from "../define-task.ts";
import { aboutException, askingDeps, type ExceptionTaskDeps } from "../exception-payload.ts";

export const askExceptionTask = defineTask(
  z.strictObject({ ...aboutException, token: z.string() }),
  async (d: ExceptionTaskDeps, { v: _, ...asked }) => askException(askingDeps(d), asked),
);
