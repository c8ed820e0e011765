type Setting = {
  readonly meaning: string;
  readonly form: RegExp;
  /** None: the setting must be given. */
  readonly default?: string;
};

/** Every value that a deployment reads from its environment. docs/deploy.md shows the same list. */
export const SETTINGS = {
  EPHOR_REGION: { meaning: "home Region, such as eu-central-1", form: /^[a-z]{2}(?:-[a-z]+)+-\d$/ },
  EPHOR_OWNER: { meaning: "team or person who answers for this deployment (tag Owner)", form: /^[\w .:/=+@-]{1,256}$/ },
  EPHOR_COST_CENTER: { meaning: "who pays (tag CostCenter)", form: /^[\w .:/=+@-]{1,256}$/ },
  EPHOR_ALARM_EMAIL: {
    meaning: "e-mail address that alarms and budget warnings go to",
    form: /^[^\s@]{1,64}@[^\s@]{1,189}$/,
  },
  EPHOR_BUDGET_USD: { meaning: "monthly budget in US dollars, a whole number", form: /^[1-9]\d{0,6}$/, default: "100" },
  EPHOR_FORWARD_REGIONS: {
    meaning: "further Regions whose events are forwarded, separated by commas",
    form: /^(?:[a-z]{2}(?:-[a-z]+)+-\d(?:,(?!$)|$))*$/,
    default: "",
  },
  EPHOR_CONFIG_FILE: {
    meaning: "path of the configuration file",
    form: /^[^\0]{1,1024}$/,
    default: "ephor.config.json",
  },
  EPHOR_VERSION: {
    meaning: "what is deployed, as the status page and every log line show it: a version or git SHA",
    form: /^\S{1,100}$/,
    default: "0.1.0",
  },
  EPHOR_WAF_MODE: { meaning: "count or block; empty for the stage's own", form: /^(?:count|block)?$/, default: "" },
  EPHOR_BLOCKED_COUNTRIES: {
    meaning: "two-letter codes of countries that may not reach the API, separated by commas",
    form: /^(?:[A-Z]{2}(?:,(?!$)|$))*$/,
    default: "",
  },
  EPHOR_DOMAIN: {
    meaning: "name of your own that leads to the API, such as ephor.example.com",
    form: /^(?:(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63})?$/,
    default: "",
  },
  EPHOR_CERTIFICATE_ARN: {
    meaning: "ARN of the ACM certificate for EPHOR_DOMAIN, in the home Region",
    form: /^(?:arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]+)?$/,
    default: "",
  },
  EPHOR_RESERVED_CONCURRENCY: {
    meaning: "concurrent executions kept for each function, or -1 for none (new accounts have too few)",
    form: /^(?:-1|[1-9]\d{0,3})$/,
    default: "-1",
  },
  EPHOR_API_LOGGING_ROLE: {
    meaning: "yes or no: whether API Gateway's logging role of this account and Region is set",
    form: /^(?:yes|no)$/,
    default: "yes",
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type Settings = { readonly [N in keyof typeof SETTINGS]: string };

/** Reads every setting. Throws one sentence a setting that is missing or malformed, all at once. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const read = Object.entries<Setting>(SETTINGS).map(([name, setting]) => ({
    name,
    setting,
    value: environment[name] || setting.default,
  }));
  const problems = read.flatMap(({ name, setting: { meaning, form }, value }) => {
    if (value === undefined) return [`${name} is not set: give the ${meaning}.`];
    return form.test(value) ? [] : [`${name} is "${value}", which does not fit: expected the ${meaning}.`];
  });
  const [domain, certificate] = ["EPHOR_DOMAIN", "EPHOR_CERTIFICATE_ARN"].map((name) => environment[name] || "");
  if ((domain === "") !== (certificate === "")) {
    problems.push("EPHOR_DOMAIN and EPHOR_CERTIFICATE_ARN go together: give both or neither.");
  }
  if (problems.length > 0) throw new Error(["Ephor cannot be deployed yet.", ...problems].join("\n"));
  return Object.fromEntries(read.map(({ name, value }) => [name, value])) as Settings;
}

/** The parts of a setting that is a list. */
export const listOf = (text: string): readonly string[] => text.split(",").filter((part) => part !== "");
