import { FINDING_STATUSES, type FindingLine } from "@ephor/domain/finding";
import { SEVERITIES } from "@ephor/domain/severity";
import { readArchive } from "@ephor/events/archive/read-archive";
import type { Event } from "@ephor/events/envelope";
import { toEnvelopes } from "@ephor/events/event-input";
import { eventsOf } from "@ephor/events/parse-event";
import { z } from "zod";
import type { Invocation } from "./command.ts";

/** What a file holds, one by one: an event, a finding as `findings show` and `replay --findings` write it, or neither. */
export type Subject =
  | { readonly kind: "event"; readonly event: Event }
  | { readonly kind: "finding"; readonly finding: FindingLine }
  | { readonly kind: "unreadable"; readonly where: string; readonly reason: string };

const text = z.string().max(4096);
const named = z.looseObject({ type: text, id: text });
const findingSchema: z.ZodType<FindingLine> = z.looseObject({
  id: z.string().regex(/^fnd_[0-9a-v]{26}$/, "an id of a finding"),
  detection: text,
  title: text,
  severity: z.enum(SEVERITIES),
  status: z.enum(FINDING_STATUSES),
  account: text,
  region: text,
  resource: named,
  actor: named.nullable(),
  remediation: text.nullable(),
}) as unknown as z.ZodType<FindingLine>;

const isFinding = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "detection" in value && "severity" in value;

/** Every event and finding in the files (`-` is stdin) that the command was given. */
export async function* readSubjects({ args, io }: Pick<Invocation, "args" | "io">): AsyncGenerator<Subject> {
  for await (const item of readArchive(args, { stdin: io.stdin })) {
    if (item.kind === "unreadable") {
      yield { kind: "unreadable", where: item.file, reason: item.reason };
      continue;
    }
    const where = `${item.file}:${item.index}`;
    if (item.kind === "malformed") yield { kind: "unreadable", where, reason: item.reason };
    else yield* subjectsOf(item.value, where);
  }
}

function* subjectsOf(value: unknown, where: string): Generator<Subject> {
  if (isFinding(value)) {
    const finding = findingSchema.safeParse(value);
    const issue = finding.error?.issues[0];
    if (finding.success) yield { kind: "finding", finding: finding.data };
    else
      yield { kind: "unreadable", where, reason: `/${issue?.path.join("/") ?? ""}: ${issue?.message ?? "no finding"}` };
    return;
  }
  for (const envelope of toEnvelopes(value)) {
    const events = envelope.ok ? eventsOf(envelope.value) : envelope;
    if (events.ok) for (const event of events.value) yield { kind: "event", event };
    else yield { kind: "unreadable", where, reason: events.error.message };
  }
}
