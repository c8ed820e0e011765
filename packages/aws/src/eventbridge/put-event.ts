import { type EventBridgeClient, PutEventsCommand, type PutEventsCommandOutput } from "@aws-sdk/client-eventbridge";
import { EphorException, ephorError } from "@ephor/domain/error";
import type { JsonObject } from "@ephor/domain/json";
import { type CallDeps, callAws } from "../call-aws.ts";

type Deps = CallDeps & { readonly client: EventBridgeClient; readonly bus: string };

/** Entries that EventBridge could not take for now; https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const PASSING = new Set(["ThrottlingException", "InternalFailure", "InternalException"]);
const ENTRY_TRIES = 4;

/**
 * Puts an event of Ephor's own (`source: "ephor"`) on the bus. EventBridge gives it an envelope of its own; its identity
 * is `detail.id`, so that a repeat is known. Throws `aws.throttled` or `aws.unavailable` once retries are spent.
 */
export async function putEvent(d: Deps, envelope: JsonObject): Promise<void> {
  const command = new PutEventsCommand({ Entries: [entryOf(d.bus, envelope)] });
  for (let tries = 1; ; tries++) {
    const done = await callAws<PutEventsCommandOutput>(d, {
      service: "EventBridge",
      family: "aws",
      isRepeatable: true,
      send: (abortSignal) => d.client.send(command, { abortSignal }),
    });
    const [entry] = done.Entries ?? [];
    if (entry?.EventId !== undefined) return;
    const code = entry?.ErrorCode ?? "no answer for the entry";
    if (tries < ENTRY_TRIES && PASSING.has(code)) continue;
    throw new EphorException(ephorError("aws.unavailable", `EventBridge did not take the event: ${code}`));
  }
}

function entryOf(bus: string, envelope: JsonObject) {
  const { source, "detail-type": type, detail, time, resources } = envelope;
  const at = typeof time === "string" ? new Date(time) : undefined;
  return {
    EventBusName: bus,
    Source: String(source),
    DetailType: String(type),
    Detail: JSON.stringify(detail),
    ...(at === undefined ? {} : { Time: at }),
    ...(Array.isArray(resources) ? { Resources: resources.map(String) } : {}),
  };
}
