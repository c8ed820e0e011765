/** How the ids of one type of resource look. */
export type IdForm = {
  /** Over the whole id. */
  readonly pattern: RegExp;
  /** In words, with an article: "a bucket name". */
  readonly expected: string;
  /** The id is the account's own. */
  readonly isAccount?: true;
};

export const accountId: IdForm = { pattern: /^\d{12}$/, expected: "an account id of 12 digits" };

/** The whole account, under the type that AWS Config gives it. */
export const wholeAccount: { readonly "AWS::::Account": IdForm } = {
  "AWS::::Account": { ...accountId, isAccount: true },
};

type Named = {
  /** What a name is made of, as the source of an expression without groups of its own. */
  readonly name: string;
  /** What stands before the name in an ARN, behind the partition: `s3:::`, `kms:REGION:ACCOUNT:key/`. */
  readonly arn: string;
  readonly expected: string;
};

/** Ids that are a name, or the whole ARN, which also says the account: both are seen in findings. */
export function nameOrArn({ name, arn, expected }: Named): IdForm {
  const before = arn.replace("REGION", "[a-z0-9-]{5,30}").replace("ACCOUNT", "\\d{12}");
  return { pattern: new RegExp(`^(?:arn:aws[a-z-]{0,12}:${before})?${name}$`), expected: `${expected} or its ARN` };
}

/** The name in an id that `nameOrArn` takes. */
export const nameIn = (id: string): string => (id.startsWith("arn:") ? id.replace(/^.*[:/]/, "") : id);
