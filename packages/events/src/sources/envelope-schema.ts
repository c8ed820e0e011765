import { isJsonObject, type JsonObject } from "@ephor/domain/json";
import { z } from "zod";
import { eventTimeOf } from "./event-time.ts";

const NAME_CHARACTERS_MAX = 256;
const IDENTITY_CHARACTERS_MAX = 600;

/** Text of 1 to `charactersMax` characters. */
export const textOf = (charactersMax: number) => {
  const expected = `text of 1 to ${charactersMax} characters`;
  return z.string(expected).min(1, expected).max(charactersMax, expected);
};

/** Text that names something; as long as the event allows. */
export const requiredText = z.string("text that is not empty").min(1, "text that is not empty");
export const nameText = textOf(NAME_CHARACTERS_MAX);
/** An id that events are told apart by. ASFF ids, the longest, have up to 512 characters. */
export const idText = textOf(IDENTITY_CHARACTERS_MAX);

const TIME_EXPECTED = "an RFC 3339 date-time such as 2026-01-02T03:04:05Z";
export const timeText = z.string(TIME_EXPECTED).refine((text) => eventTimeOf(text) !== undefined, TIME_EXPECTED);

const ACCOUNT_EXPECTED = "an AWS account id, text of 12 digits";
export const accountText = z.string(ACCOUNT_EXPECTED).regex(/^\d{12}$/, ACCOUNT_EXPECTED);

const REGION_EXPECTED = "an AWS Region such as eu-west-1";
export const regionText = z.string(REGION_EXPECTED).regex(/^[a-z0-9-]{1,50}$/, REGION_EXPECTED);

export const jsonObject = z.custom<JsonObject>(isJsonObject, "an object");

/**
 * EventBridge User Guide, "Event structure". `version` and `resources` may be absent, as in older samples of AWS;
 * unknown fields are let be. Schemas of this folder only look: events keep
 * the very objects they came in, with every field.
 */
export const envelopeSchema = z.object({
  version: textOf(16).exactOptional(),
  id: idText,
  source: nameText,
  "detail-type": nameText,
  account: accountText,
  time: timeText,
  region: regionText,
  resources: z.array(textOf(2048), "a list of ARNs").exactOptional(),
  detail: jsonObject,
});
