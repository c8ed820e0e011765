import type { Condition, PolicyDocument, PolicyStatement, Principal } from "./policy-document.ts";

/** How the value of a restricting key must look for it to keep strangers out. */
type Restriction = "fixed" | "arn" | "network";

/**
 * Condition keys that name who calls or from where. Others (`aws:SecureTransport`, `s3:prefix`, …) leave a statement as
 * public as it was. Source: Amazon S3 User Guide, "Blocking public access", the meaning of "public"; and the keys that
 * scope principals and networks in the IAM User Guide, "AWS global condition context keys".
 */
const RESTRICTING_KEYS: ReadonlyMap<string, Restriction> = new Map([
  ["aws:sourcearn", "arn"],
  ["aws:principalarn", "arn"],
  ["s3:dataaccesspointarn", "arn"],
  ["aws:sourceip", "network"],
  ...[
    "aws:sourceaccount",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpcarn",
    "aws:sourcevpce",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "aws:vpceorgpaths",
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:principalservicename",
    "aws:userid",
    "aws:username",
    "s3:dataaccesspointaccount",
    "kms:calleraccount",
    "lambda:sourceaccount",
  ].map((key): [string, Restriction] => [key, "fixed"]),
]);

/** Keys with several values, where `ForAnyValue` is the way to require one of them. */
const MULTI_VALUED = new Set(["aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"]);

const RESTRICTING_OPERATORS = new Set(
  "stringequals stringequalsignorecase stringlike arnequals arnlike ipaddress".split(" "),
);

/**
 * True if `statement` allows something to everyone: an `Allow` whose principal is `*` (or `NotPrincipal`, which is
 * everyone but a few) and no condition restricts who or where. Of several conditions one that restricts is enough; of
 * several values all must be narrow. `...IfExists` and `ForAllValues` hold where the key is absent, so they restrict
 * nothing; `ForAnyValue` counts for keys of several values only.
 *
 * In one point this is narrower than S3: a wildcard inside an ARN whose account is fixed still restricts, as for IAM
 * Access Analyzer, since only that account comes through.
 */
export function isPublicStatement(statement: PolicyStatement): boolean {
  if (statement.effect !== "Allow" || statement.principals === undefined) return false;
  if (statement.actions.kind === "only" && statement.actions.of.length === 0) return false;
  const everyone = statement.principals.kind === "all-but" || statement.principals.of.some(isEveryone);
  return everyone && !statement.conditions.some(restricts);
}

export const publicStatements = (document: PolicyDocument): readonly PolicyStatement[] =>
  document.statements.filter(isPublicStatement);

/** `*`, in whatever type it stands, and ARNs that leave the account open. */
export const isEveryone = ({ id }: Principal): boolean => id === "*" || /^arn:[^:]*:[^:]*:[^:]*:\*:/.test(id);

function restricts({ operator, key, values }: Condition): boolean {
  const name = key.toLowerCase();
  const restriction = RESTRICTING_KEYS.get(name);
  if (restriction === undefined || values.length === 0) return false;
  const plain = operator.toLowerCase().replace(/^foranyvalue:/, MULTI_VALUED.has(name) ? "" : "$&");
  return RESTRICTING_OPERATORS.has(plain) && values.every((value) => isNarrow(restriction, value, name));
}

function isNarrow(restriction: Restriction, value: string, key: string): boolean {
  if (restriction === "network") return isNarrowNetwork(value);
  if (value.includes("${")) return false;
  // An organization path ends in `/*` for all accounts below it; the organization before it is what restricts.
  if (key.endsWith("orgpaths")) return /^o-[a-z0-9]{10,32}\//.test(value);
  if (!/[*?]/.test(value)) return true;
  return restriction === "arn" && /^\d{12}$/.test(value.split(":")[4] ?? "");
}

/** At least /8 for IPv4 and /32 for IPv6: S3 calls anything broader public. */
function isNarrowNetwork(value: string): boolean {
  const [address = "", prefix] = value.split("/");
  if (!/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*)$/i.test(address)) return false;
  if (prefix === undefined) return true;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) >= (address.includes(":") ? 32 : 8);
}
