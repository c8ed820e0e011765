import { ok } from "@ephor/domain/result";
import { judged } from "../outcome.ts";
import type { Sender } from "../sender.ts";
import { teamsBody } from "./teams-card.ts";

/** By the webhook of a Teams workflow ("When a Teams webhook request is received"). */
export const sendTeams: Sender<"teams"> = async (d, { channel, message }) => {
  const url = await d.secretOf(channel.webhookUrl);
  if (!url.ok) return url;
  const answered = await d.http.post({ url: url.value, body: teamsBody(message) });
  if (!answered.ok) return answered;
  const judgement = judged(answered.value, "Teams");
  return judgement.ok ? ok({ reference: null }) : judgement;
};
