import example from "../../docs/examples/sandbox.config.json" with { type: "json" };
import { ACCOUNT } from "./careless-account.ts";

/** The role that remediations change the account as; the node reads its external id from the environment. */
export const ROLE_ARN = example.remediation.accounts[ACCOUNT].roleArn;
export const EXTERNAL_ID_VARIABLE = example.remediation.accounts[ACCOUNT].externalId.replace("env:", "");

/** Two people who decide, one who was careless, and a policy that asks before anything that matters is changed. */
export const sandboxConfig = ({ isReachable }: { readonly isReachable: boolean }): object =>
  isReachable ? example : { ...example, remediation: { enabled: false } };
