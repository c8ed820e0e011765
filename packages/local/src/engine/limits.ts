/**
 * The service quotas a workflow must keep, so that what runs here also runs on AWS, and this engine's own guards.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const LIMITS = {
  definitionBytes: 1_048_576,
  stateNameLength: 80,
  variableNameLength: 80,
  payloadBytes: 262_144,
  variableBytes: 262_144,
  variablesBytes: 10_485_760,
  historyEvents: 25_000,
  seconds: 99_999_999,
  retryDelaySeconds: 31_622_400,
  /** Iterations of an inline Map that run at once, whatever `MaxConcurrency` asks for. */
  mapConcurrency: 40,
  /** An Express execution's longest life. */
  expressSeconds: 300,
  /** Guards of one expression: its time, its call depth, the length of any sequence it makes. */
  expressionMilliseconds: 1_000,
  expressionDepth: 500,
  sequenceLength: 250_000,
  /** How deep JSON may nest, in definitions and in what expressions give. */
  jsonDepth: 128,
} as const;

export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? "");
