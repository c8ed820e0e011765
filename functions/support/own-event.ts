import { eventbridgeClient } from "@ephor/aws/eventbridge/client";
import { putEvent } from "@ephor/aws/eventbridge/put-event";
import type { JsonObject } from "@ephor/domain/json";
import { machine } from "./machine.ts";

/* Loaded by the API when it is sent an event of Ephor's own: its client is much to load for what few requests need. */

const client = eventbridgeClient();
export const putOwnEvent = (bus: string, envelope: JsonObject) => putEvent({ ...machine, client, bus }, envelope);
