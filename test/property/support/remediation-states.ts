import type { JsonObject } from "@ephor/domain/json";
import type { DefinedRemediation } from "@ephor/remediations/define-remediation";
import type fc from "fast-check";
import { anyState } from "./any-of-schema.ts";
import { anyRules } from "./ec2-states.ts";

/** States by remediation where its schema alone would seldom make one that matters. */
const STATES: Readonly<Record<string, fc.Arbitrary<JsonObject>>> = {
  "ec2.close-admin-ports": anyRules,
  "ec2.revoke-open-ingress": anyRules,
};

export const statesOf = ({ id, state }: DefinedRemediation): fc.Arbitrary<JsonObject> => STATES[id] ?? anyState(state);
