import { z } from "zod";

/** What a reader of `ephor.config.json` must know of a field; every field's `.describe()` is made of it. */
export type FieldDoc = {
  readonly what: string;
  readonly default?: string;
  readonly bounds: string;
  /** True where the value itself must not be shown: it is then hidden in error messages too. */
  readonly sensitive?: boolean;
};

export function describeField({ what, default: fallback, bounds, sensitive }: FieldDoc): string {
  const defaults = fallback === undefined ? "Required." : `Default: ${fallback}.`;
  return `${what} ${defaults} Bounds: ${bounds}. ${sensitive === true ? "Sensitive." : "Not sensitive."}`;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const NAME_EXPECTED = "a name of 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen";
const PERSON_ID = /^[a-z0-9][a-z0-9._-]{0,62}$/;
const PERSON_ID_EXPECTED = "an id of 1 to 63 lower-case letters, digits, dots, underscores and hyphens";

/** Tenants, groups and channels: the store's key separator cannot occur in one. */
export const nameSchema = z.string().regex(NAME, NAME_EXPECTED);
export const personIdSchema = z.string().regex(PERSON_ID, PERSON_ID_EXPECTED);
export const accountIdSchema = z.string().regex(/^\d{12}$/, "an AWS account id of 12 digits");

/** Also marks the problems whose value must not be shown. */
export const SECRET_REF_EXPECTED =
  "a secret reference, `env:NAME`, `file:PATH` or `secretsmanager:NAME`, not the secret itself";
/** The same in the description of a field. */
export const SECRET_REF_BOUNDS = "`env:NAME`, `file:PATH` or `secretsmanager:NAME`";

/**
 * A place that holds a secret, never the secret: `env:NAME`, `file:PATH`, or `secretsmanager:NAME` of AWS Secrets Manager
 * (its own account and Region; Secrets Manager's form of names). Read by the composition root.
 */
export const secretRefSchema = z
  .string(SECRET_REF_EXPECTED)
  .regex(
    /^(?:env:[A-Za-z_][A-Za-z0-9_]{0,127}|file:[^\0\r\n]{1,1024}|secretsmanager:[\w/+=.@-]{1,512})$/,
    SECRET_REF_EXPECTED,
  );

export const text = (charactersMax: number) =>
  z
    .string()
    .min(1, `1 to ${charactersMax} characters`)
    .max(charactersMax, `1 to ${charactersMax} characters`)
    .regex(/^\P{Cc}*$/u, "text without control characters");

export const wholeNumber = (min: number, max: number) => {
  const expected = `a whole number from ${min} to ${max}`;
  return z.number({ error: expected }).int(expected).min(min, expected).max(max, expected);
};
