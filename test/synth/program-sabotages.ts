type ProgramSabotage = {
  readonly name: string;
  readonly stage: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly refusedWith: RegExp;
};

/** Each is refused before anything is made, with a sentence for the person who deploys. */
export const programSabotages: readonly ProgramSabotage[] = [
  {
    name: "no Region",
    stage: "dev",
    settings: { EPHOR_REGION: "" },
    refusedWith: /EPHOR_REGION is not set: give the home Region/,
  },
  {
    name: "a Region that is none",
    stage: "dev",
    settings: { EPHOR_REGION: "Frankfurt" },
    refusedWith: /EPHOR_REGION is "Frankfurt", which does not fit/,
  },
  {
    name: "an address that is none",
    stage: "dev",
    settings: { EPHOR_ALARM_EMAIL: "nobody" },
    refusedWith: /EPHOR_ALARM_EMAIL is "nobody"/,
  },
  {
    name: "a domain without a certificate",
    stage: "dev",
    settings: { EPHOR_DOMAIN: "ephor.example.com" },
    refusedWith: /EPHOR_DOMAIN and EPHOR_CERTIFICATE_ARN go together/,
  },
  {
    name: "a stage that is not declared",
    stage: "playground",
    settings: {},
    refusedWith: /"playground" is not one of dev, staging, production/,
  },
  {
    name: "a configuration that is broken",
    stage: "dev",
    settings: { EPHOR_CONFIG_FILE: "test/synth/broken.config.json" },
    refusedWith: /broken\.config\.json[\s\S]*acounts/,
  },
  {
    name: "a secret where no function can read it",
    stage: "dev",
    settings: { EPHOR_CONFIG_FILE: "test/synth/unreadable.config.json" },
    refusedWith: /channels\/pager\/routingKey: on AWS a secret lies in Secrets Manager; expected secretsmanager:NAME/,
  },
];
