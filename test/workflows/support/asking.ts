import { AUTO, aResponseWorld, configOf, opened, type ResponseWorld } from "./response-world.ts";
import { simulatedAccount } from "./simulated-account.ts";

/** Asks for break-glass or the way back of the only finding, and lets happen what needs no time. */
export const ask = async (world: ResponseWorld, what: "break-glass" | "rollback", who = "dora") => {
  const { id } = await world.finding();
  const answer = await world.as(who, "operator").post(`/v1/findings/${id}/${what}`, { reason: "it has to be" });
  await world.settle();
  return answer;
};
/** A finding whose change was applied without approval. */
export async function applied(ports: readonly number[] = [22], more: Record<string, object> = {}) {
  const account = simulatedAccount({ ports });
  const world = await aResponseWorld({ config: configOf(AUTO, more), account });
  await world.begin(opened(ports));
  await world.toItsEnd();
  return world;
}
