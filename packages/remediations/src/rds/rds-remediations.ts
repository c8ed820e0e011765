import type { DefinedRemediation } from "../define-remediation.ts";
import { makeInstancePrivate } from "./make-instance-private.ts";
import { minorUpgrades } from "./minor-upgrades.ts";
import { protectFromDeletion } from "./protect-from-deletion.ts";
import { unshareDatabaseSnapshot } from "./unshare-snapshot.ts";

export const rdsRemediations: readonly DefinedRemediation[] = [
  makeInstancePrivate,
  minorUpgrades,
  protectFromDeletion,
  unshareDatabaseSnapshot,
];
