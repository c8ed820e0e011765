import type { Config } from "@ephor/domain/config/config";
import { detections } from "./catalogue.ts";
import type { Detection } from "./define-detection.ts";
import { unknownAccount } from "./ephor/unknown-account.ts";

/** The detections that run under a configuration: the catalogue and, where accounts are named, one for all others. */
export function catalogueFor(config: Pick<Config, "accounts">): readonly Detection[] {
  const accounts = Object.keys(config.accounts);
  return accounts.length === 0 ? detections : [...detections, unknownAccount(accounts)];
}
