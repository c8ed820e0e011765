import { z } from "zod";
import { describeField, wholeNumber } from "./field.ts";

export const limitsSchema = z.strictObject({
  requestsPerSecond: wholeNumber(1, 1_000_000)
    .default(1000)
    .describe(describeField({ what: "A token or address.", default: "1000", bounds: "1 to 1000000" })),
  burstFactor: wholeNumber(1, 100)
    .default(2)
    .describe(
      describeField({ what: "A burst may hold this many seconds of requests.", default: "2", bounds: "1 to 100" }),
    ),
  inboxMax: wholeNumber(1, 100_000_000)
    .default(100_000)
    .describe(
      describeField({
        what: "Events waiting; beyond, 503 with Retry-After.",
        default: "100000",
        bounds: "1 to 100000000",
      }),
    ),
  bodyBytesMax: wholeNumber(1024, 5 * 1024 * 1024)
    .default(5 * 1024 * 1024)
    .describe(
      describeField({ what: "Largest request body; beyond, 413.", default: "5242880", bounds: "1024 to 5242880" }),
    ),
});

export const retentionSchema = z.strictObject({
  inboxHours: wholeNumber(1, 720)
    .default(24)
    .describe(describeField({ what: "Delivered inbox rows are kept.", default: "24", bounds: "1 to 720" })),
  deadLetterDays: wholeNumber(1, 365)
    .default(14)
    .describe(describeField({ what: "Dead letters are kept.", default: "14", bounds: "1 to 365" })),
  executionDays: wholeNumber(1, 365)
    .default(90)
    .describe(describeField({ what: "Histories of finished executions are kept.", default: "90", bounds: "1 to 365" })),
});
