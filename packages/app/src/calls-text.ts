/** `1 call`, `3 calls`. */
export const callsText = ({ length }: { readonly length: number }): string =>
  length === 1 ? "1 call" : `${length} calls`;
