import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { GivenToClient } from "../clients.ts";
import { CLIENT_LIMITS } from "../dynamodb/call-dynamodb.ts";

export const eventbridgeClient = (given: GivenToClient = {}): EventBridgeClient =>
  new EventBridgeClient({ ...CLIENT_LIMITS, ...given });
