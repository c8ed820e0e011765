import { z } from "zod";
import { tenant, version } from "./payloads.ts";

/** Of the tasks that go on while an approval waits (`escalate`). */
export const escalating = z.strictObject({ v: version, tenant, approvalId: z.string(), correlationId: z.string() });
