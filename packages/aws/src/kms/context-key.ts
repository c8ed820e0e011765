/** Of the encryption context of what is sealed. CloudTrail shows its value, so contexts hold ids and digests alone. */
export const CONTEXT_KEY = "ephor:context";
