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
