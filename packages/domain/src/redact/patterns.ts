import type { FieldPattern, RedactionPattern, TextPattern } from "./pattern.ts";
import { authPatterns } from "./patterns-auth.ts";
import { awsPatterns } from "./patterns-aws.ts";
import { cloudPatterns } from "./patterns-clouds.ts";
import { codePatterns } from "./patterns-code.ts";
import { connectionPatterns } from "./patterns-connection.ts";
import { fieldPatterns } from "./patterns-field.ts";
import { healthPatterns } from "./patterns-health.ts";
import { keyPatterns } from "./patterns-keys.ts";
import { operationsPatterns } from "./patterns-operations.ts";
import { personalPatterns } from "./patterns-personal.ts";
import { servicePatterns } from "./patterns-services.ts";

/** The groups in the order they are looked for: what has a name of its own goes before what only looks like a secret. */
export const PATTERN_GROUPS: readonly { readonly title: string; readonly patterns: readonly RedactionPattern[] }[] = [
  { title: "Private keys", patterns: keyPatterns },
  { title: "Code hosts, registries, infrastructure tools", patterns: codePatterns },
  { title: "Monitoring, paging, chat", patterns: operationsPatterns },
  { title: "Other clouds", patterns: cloudPatterns },
  { title: "Payment, mail, model and office services", patterns: servicePatterns },
  // After all that have a prefix of their own: a bare secret access key is told by its look alone.
  { title: "AWS", patterns: awsPatterns },
  { title: "Headers and links", patterns: authPatterns },
  { title: "Connection strings", patterns: connectionPatterns },
  { title: "Personal and payment data", patterns: personalPatterns },
  { title: "Health data (HIPAA)", patterns: healthPatterns },
  { title: "Key terms", patterns: fieldPatterns },
];

export const PATTERNS: readonly RedactionPattern[] = PATTERN_GROUPS.flatMap((group) => group.patterns);
export const isText = (pattern: RedactionPattern): pattern is TextPattern => pattern.kind === "text";
export const isField = (pattern: RedactionPattern): pattern is FieldPattern => pattern.kind === "field";
