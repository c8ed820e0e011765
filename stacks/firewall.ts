import { API_STAGE, type Context, LOG_DAYS, nameOf } from "./context.ts";
import type { Keys } from "./keys.ts";
import { listOf } from "./settings.ts";

/** Requests of one address in five minutes to where links and passwords could be guessed. */
const GUESSES_MAX = 100;
const GUESSED = ["approve", "sign-in", "v1/sign-in-links"];
/** Events carry what others wrote, up to 5 MB: rules about bodies would refuse the very attacks that are to be reported. */
const EVENTS = ["v1/events"];
const GROUPS = [
  { name: "AWSManagedRulesCommonRuleSet", takesBodies: false },
  { name: "AWSManagedRulesKnownBadInputsRuleSet", takesBodies: true },
  { name: "AWSManagedRulesSQLiRuleSet", takesBodies: false },
] as const;

const plain = [{ priority: 0, type: "NONE" }];
const startsWith = (path: string) => ({
  byteMatchStatement: {
    searchString: path,
    positionalConstraint: "STARTS_WITH",
    fieldToMatch: { uriPath: {} },
    textTransformations: plain,
  },
});
/** By the API's own address a path begins with the stage, by a domain it does not. */
const startsWithAny = (paths: readonly string[]) => ({
  orStatement: {
    statements: paths.flatMap((path) => [startsWith(`/${path}`), startsWith(`/${API_STAGE}/${path}`)]),
  },
});
const seen = (metricName: string) => ({ cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true });

export function firewall(context: Context, { keys }: { keys: Keys }): aws.wafv2.WebAcl {
  const name = nameOf(context, "api");
  const acl = new aws.wafv2.WebAcl("Firewall", {
    name,
    description: `Ephor ${context.stage.name}: HTTP API`,
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    visibilityConfig: seen(name),
    rules: [guesses(), ...countries(context), ...managed(context)],
  });
  const logGroup = new aws.cloudwatch.LogGroup("Log-firewall", {
    // WAF writes only to log groups whose names begin so (WAF Developer Guide, "CloudWatch Logs").
    name: `aws-waf-logs-${name}`,
    retentionInDays: LOG_DAYS,
    kmsKeyId: keys.data.arn,
  });
  new aws.wafv2.WebAclLoggingConfiguration("FirewallLogging", {
    resourceArn: acl.arn,
    logDestinationConfigs: [logGroup.arn],
    // A sign-in link's path is its secret.
    redactedFields: [
      { uriPath: {} },
      { singleHeader: { name: "authorization" } },
      { singleHeader: { name: "cookie" } },
    ],
    loggingFilter: {
      defaultBehavior: "DROP",
      filters: [
        {
          behavior: "KEEP",
          requirement: "MEETS_ANY",
          conditions: ["BLOCK", "COUNT"].map((action) => ({ actionCondition: { action } })),
        },
      ],
    },
  });
  return acl;
}

const guesses = () => ({
  name: "guesses",
  priority: 0,
  action: { block: { customResponse: { responseCode: 429 } } },
  visibilityConfig: seen("guesses"),
  statement: {
    rateBasedStatement: {
      limit: GUESSES_MAX,
      evaluationWindowSec: 300,
      aggregateKeyType: "IP",
      scopeDownStatement: startsWithAny(GUESSED),
    },
  },
});

function countries({ settings }: Context) {
  const countryCodes = [...listOf(settings.EPHOR_BLOCKED_COUNTRIES)];
  if (countryCodes.length === 0) return [];
  return [
    {
      name: "countries",
      priority: 1,
      action: { block: {} },
      visibilityConfig: seen("countries"),
      statement: { geoMatchStatement: { countryCodes } },
    },
  ];
}

function managed({ settings, stage }: Context) {
  const counts = (settings.EPHOR_WAF_MODE || stage.managedRules) === "count";
  return GROUPS.map(({ name, takesBodies }, index) => ({
    name,
    priority: 10 + index,
    overrideAction: counts ? { count: {} } : { none: {} },
    visibilityConfig: seen(name),
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ...(takesBodies ? {} : { scopeDownStatement: { notStatement: { statements: [startsWithAny(EVENTS)] } } }),
      },
    },
  }));
}
