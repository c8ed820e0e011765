import { catalogueFor } from "@ephor/detections/catalogue-for";
import { explainEvent } from "@ephor/detections/explain-event";
import { loadConfig } from "@ephor/node/load-config";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { readSubjects } from "../read-subjects.ts";
import { refused } from "../refused.ts";

/** What each detection that could have meant an event says of it, and which condition failed where none fired. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io, values } = invocation;
  const config = loadConfig(text(values, "config"));
  if (!config.ok) return refused(invocation, config.error);
  const detections = catalogueFor(config.value);
  const explained = [];
  for await (const subject of readSubjects(invocation)) {
    if (subject.kind !== "event") {
      io.say(`ephor: ${subject.kind === "finding" ? "a finding is no event" : `${subject.where}: ${subject.reason}`}`);
      continue;
    }
    const { identity, time, account, region } = subject.event;
    const told = explainEvent(detections, { event: subject.event, allow: config.value.allowLists });
    explained.push({ event: { identity, time, account, region }, detections: told });
  }
  await printJson(invocation, explained);
  return explained.length === 0 ? EXIT.usage : EXIT.done;
}
