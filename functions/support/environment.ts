import { type EphorError, ephorError } from "@ephor/domain/error";
import { isJsonObject } from "@ephor/domain/json";
import { err, ok, type Result } from "@ephor/domain/result";

/**
 * Every environment variable that a function may be given, and what it means. `stacks/` sets those that a function's
 * declaration names (functions.ts) and no other; a function refuses to start where one is missing or malformed.
 */
export const ENVIRONMENT = {
  EPHOR_TABLE: { meaning: "name of the one DynamoDB table", form: /^[A-Za-z0-9_.-]{3,255}$/ },
  EPHOR_BUCKET: { meaning: "name of the evidence bucket", form: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/ },
  EPHOR_BUCKET_KEY: { meaning: "ARN of the KMS key that objects are encrypted with", form: /^arn:[^\s:]+:kms:\S+$/ },
  EPHOR_LEDGER_KEY: {
    meaning: "ARN of the KMS key that signs checkpoints (ECC_NIST_EDWARDS25519, SIGN_VERIFY)",
    form: /^arn:[^\s:]+:kms:\S+$/,
  },
  EPHOR_CURSOR_KEY: {
    meaning: "ARN of the KMS key that page cursors' key is derived from (HMAC_256, GENERATE_VERIFY_MAC)",
    form: /^arn:[^\s:]+:kms:\S+$/,
  },
  EPHOR_LINK_KEY: {
    meaning: "ARN of the KMS key that the key of links to approvals is derived from (HMAC_256, GENERATE_VERIFY_MAC)",
    form: /^arn:[^\s:]+:kms:\S+$/,
  },
  EPHOR_SNAPSHOT_KEY: {
    meaning: "ARN of the KMS key that snapshots are sealed with (SYMMETRIC_DEFAULT)",
    form: /^arn:[^\s:]+:kms:\S+$/,
  },
  EPHOR_REMEDIATION_ROLE: {
    meaning: "ARN of the remediation role in Ephor's own account",
    form: /^arn:[^\s:]+:iam::\d{12}:role\/\S+$/,
  },
  EPHOR_REMEDIATION_EXTERNAL_ID: { meaning: "external id that this role asks for", form: /^[\w+=,.@:/-]{2,1224}$/ },
  EPHOR_INBOX_QUEUE: { meaning: "URL of the SQS queue `inbox`", form: /^https?:\/\/\S+\/\S+$/ },
  EPHOR_BUS: { meaning: "name or ARN of the event bus for events of Ephor's own", form: /^\S{1,1600}$/ },
  EPHOR_CONFIG: {
    meaning: "configuration as JSON text, or where it lies: `s3://<bucket>/<key>`",
    form: /^\s*\{|^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/\S+$/,
  },
  EPHOR_WORKFLOW_ARNS: { meaning: "JSON object: workflow name -> ARN that starts it", form: /^\{[\s\S]*\}$/ },
  EPHOR_VERSION: {
    meaning: "version or git SHA that is deployed, as the status page and every log line show it",
    form: /^\S{1,100}$/,
  },
} as const satisfies Readonly<Record<string, { readonly meaning: string; readonly form: RegExp }>>;

export type EnvironmentName = keyof typeof ENVIRONMENT;
/** What a function was given: each name it declared, checked for form. */
export type Environment<N extends EnvironmentName = EnvironmentName> = { readonly [K in N]: string };

/** Reads the variables that are named. Error: `config.invalid`, one sentence for the first that is missing or malformed. */
export function readEnvironment<N extends EnvironmentName>(
  names: readonly N[],
  from: Readonly<Record<string, string | undefined>>,
): Result<Environment<N>, EphorError<"config.invalid">> {
  for (const name of names) {
    const value = from[name];
    const { meaning, form } = ENVIRONMENT[name];
    if (value === undefined || value === "") {
      return err(ephorError("config.invalid", `${name} is not set; expected the ${meaning}`, { path: name }));
    }
    if (!form.test(value)) {
      return err(ephorError("config.invalid", `${name} does not fit; expected the ${meaning}`, { path: name }));
    }
  }
  return ok(from as Environment<N>);
}

/** The workflows that can be started, by name. Error: `config.invalid` where the text is not an object of ARNs. */
export function readWorkflowArns(text: string): Result<ReadonlyMap<string, string>, EphorError<"config.invalid">> {
  const value = parsed(text);
  const entries = isJsonObject(value) ? Object.entries(value) : [];
  const arns = entries.flatMap(([name, arn]) =>
    typeof arn === "string" && ARN.test(arn) ? [[name, arn] as const] : [],
  );
  if (entries.length > 0 && arns.length === entries.length) return ok(new Map(arns));
  const { meaning } = ENVIRONMENT.EPHOR_WORKFLOW_ARNS;
  return err(
    ephorError("config.invalid", `EPHOR_WORKFLOW_ARNS does not fit; expected the ${meaning}`, {
      path: "EPHOR_WORKFLOW_ARNS",
    }),
  );
}

const ARN = /^arn:[^\s:]+:states:[^\s:]*:\d{12}:stateMachine:\S+$/;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
