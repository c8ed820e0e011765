import { SFNClient } from "@aws-sdk/client-sfn";
import type { GivenToClient } from "../clients.ts";
import { CLIENT_LIMITS } from "../dynamodb/call-dynamodb.ts";

export const sfnClient = (given: GivenToClient = {}): SFNClient => new SFNClient({ ...CLIENT_LIMITS, ...given });
