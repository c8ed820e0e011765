import { apiClient } from "@ephor/api/client";
import type { Invocation } from "./command.ts";
import type { Check } from "./print-checks.ts";
import { adminTokenOf, dataFolderOf, nodeUrlOf } from "./settings.ts";

const check = "applying";
const unknown = (found: string): Check => ({ check, state: "unknown", found });

/** Whether the node may apply anything: that somebody stopped it is nothing broken, and easily forgotten. */
export async function checkApplying(invocation: Invocation): Promise<Check> {
  const token = adminTokenOf(invocation);
  const url = nodeUrlOf(invocation);
  if (token === undefined) return unknown(`${dataFolderOf(invocation)} has no token yet`);
  if (!url.ok) return unknown(url.error.message);
  const shown = await apiClient({ url: url.value, token }).showApplying();
  if (!shown.ok) return unknown(`the switch of the node could not be read: ${shown.error.message}`);
  const { stopped, by, at, reason } = shown.value;
  if (!stopped) return { check, state: "pass", found: "not stopped: what the policy lets through is applied" };
  return {
    check,
    state: "warn",
    found: `${by} stopped all applying at ${at}: ${reason}\n\`ephor stop-applying --resume --reason TEXT\` lets it go on`,
  };
}
