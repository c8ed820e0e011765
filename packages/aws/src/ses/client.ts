import { SESv2Client } from "@aws-sdk/client-sesv2";
import { CLIENT_LIMITS } from "../dynamodb/call-dynamodb.ts";

type Given = ConstructorParameters<typeof SESv2Client>[0];

/** Bounds of architecture rule 10, and no retries: a mail that may have gone is tried again by whoever knows its id. */
export const sesClient = (given: Given = {}): SESv2Client => new SESv2Client({ ...CLIENT_LIMITS, ...given });
