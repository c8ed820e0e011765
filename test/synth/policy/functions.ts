import { existsSync } from "node:fs";
import { join } from "node:path";
import { functionsOf } from "../../../functions/functions.ts";
import { UNSCOPED_ACTIONS } from "../../../stacks/unscoped-actions.ts";
import { actionsIn, bytesAtImport, oddFilesIn, remediationActionsIn } from "./bundled-calls.ts";
import { at, type Check, expects, listAt, ofType, type Statement, statementsAt, textAt, typed } from "./check.ts";
import { expectedActions } from "./expected-actions.ts";
import { isRemediationRole, REMEDIATION_RIGHTS } from "./remediation.ts";
import { shippedTopology } from "./topology.ts";

const FUNCTION = "lambda/function:Function";
const ROLE = "iam/role:Role";
/** delivery.md, "functions". */
const BUNDLE_BYTES_MAX = 1_000_000;
const ROLE_POLICY = "iam/rolePolicy:RolePolicy";
const SERVICES = ["lambda", "states", "scheduler", "events", "apigateway"].map((name) => `${name}.amazonaws.com`);
const declared = functionsOf(shippedTopology);

const stageOf = (name: string): string => name.replace(/^ephor-[a-z]+-/, "");

/** Which service takes on a role, by what uses it. */
const trustedBy = (name: string): string => {
  if (name.startsWith("workflow-")) return "states.amazonaws.com";
  const others: Readonly<Record<string, string>> = {
    schedules: "scheduler.amazonaws.com",
    routes: "events.amazonaws.com",
    forwarder: "events.amazonaws.com",
    "api-logging": "apigateway.amazonaws.com",
  };
  return others[name] ?? "lambda.amazonaws.com";
};

/** A resource that names more than one thing: only folders of a bucket, streams of one log, and logs of one service. */
const isNamed = (resource: string): boolean => {
  const wildcard = resource.indexOf("*");
  if (wildcard === -1) return true;
  return [
    /^arn:aws:s3:::[a-z0-9-]+\/[a-z/]+\/\*$/,
    /^arn:aws:logs:[^:*]+:\d{12}:log-group:[^:*]+:log-stream:\*$/,
    /^arn:aws:states:[^:*]+:\d{12}:execution:[^:*]+:\*$/,
    /^arn:aws:logs:[^:*]+:\d{12}:log-group:(?:API-Gateway-Execution-Logs_|\/aws\/vendedlogs\/apigateway\/)\*$/,
  ].some((form) => form.test(resource));
};

const wideActions = ({ actions }: Statement): readonly string[] => actions.filter((action) => action.includes("*"));

const wide = ({ actions, resources, ...more }: Statement): readonly string[] => {
  const wildcardActions = wideActions({ actions, resources, ...more });
  const isUnscoped = resources.join() === "*" && actions.every((action) => action in UNSCOPED_ACTIONS);
  return [...wildcardActions, ...(isUnscoped ? [] : resources.filter((one) => !isNamed(one)))];
};

export const functionChecks: readonly Check[] = [
  expects("runs Node 24 on arm64, published, traced, its variables encrypted", {
    types: [FUNCTION],
    values: {
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      publish: true,
      "tracingConfig.mode": "Active",
      handler: "index.handler",
      kmsKeyArn: (value: unknown) => String(value).includes(":key/"),
    },
  }),
  {
    name: "takes the time, memory and variables that it declares, and no more",
    types: typed(FUNCTION),
    wrong: ({ inputs }) => {
      const spec = declared.find(({ name }) => name === stageOf(textAt(inputs, "name")));
      if (spec === undefined) return "no function of that name is declared";
      if (at(inputs, "timeout") !== spec.timeoutSeconds || at(inputs, "memorySize") !== spec.memoryMb)
        return "time or memory differ";
      const given = Object.keys(at(inputs, "environment.variables") ?? {}).filter((name) => name !== "NODE_OPTIONS");
      return given.sort().join() === [...spec.environment].sort().join()
        ? undefined
        : `variables are ${given.join(", ")}`;
    },
  },
  {
    name: "has a bundle of its own with source maps, of which less than 1 MB is loaded as it starts",
    types: typed(FUNCTION),
    wrong: ({ inputs }) => {
      const folder = textAt(inputs, "code.path");
      if (!existsSync(folder)) return `there is nothing at ${folder}`;
      const odd = oddFilesIn(folder);
      if (odd.length > 0 || !existsSync(join(folder, "index.mjs"))) return `it lacks or should not hold ${odd.join()}`;
      const bytes = bytesAtImport(folder);
      return bytes < BUNDLE_BYTES_MAX ? undefined : `it loads ${bytes} bytes`;
    },
  },
  {
    name: "may make every call that its bundle can make",
    types: typed(FUNCTION),
    wrong: ({ inputs }, graph) => {
      const grants = ofType(graph, ROLE_POLICY).find((one) =>
        textAt(inputs, "role").endsWith(`:role/${textAt(one.inputs, "role")}`),
      );
      const allowed = statementsAt(grants?.inputs, "policy").flatMap(({ actions }) => actions);
      const spec = declared.find(({ name }) => name === stageOf(textAt(inputs, "name")));
      const remediates = spec?.needs.remediation === true;
      const needed = actionsIn(textAt(inputs, "code.path"), { remediates });
      const missing = needed.filter((action) => !allowed.includes(action));
      return missing.length === 0 ? undefined : `${missing.join(", ")} not allowed`;
    },
  },
  {
    name: "may make every call of a remediation as the remediation role",
    types: typed(FUNCTION),
    wrong: ({ inputs }, graph) => {
      const spec = declared.find(({ name }) => name === stageOf(textAt(inputs, "name")));
      if (spec?.needs.remediation !== true) return undefined;
      const grants = ofType(graph, ROLE_POLICY).find((one) => isRemediationRole(textAt(one.inputs, "role")));
      const allowed = statementsAt(grants?.inputs, "policy")
        .filter(({ effect }) => effect === "Allow")
        .flatMap(({ actions }) => actions);
      const missing = remediationActionsIn(textAt(inputs, "code.path")).filter((action) => !allowed.includes(action));
      return missing.length === 0 ? undefined : `${[...new Set(missing)].join(", ")} not allowed`;
    },
  },
  {
    name: "is called behind the alias live",
    types: typed(FUNCTION),
    wrong: ({ inputs }, graph) =>
      ofType(graph, "lambda/alias:Alias").some(
        (one) => at(one.inputs, "functionName") === at(inputs, "name") && at(one.inputs, "name") === "live",
      )
        ? undefined
        : "it has no such alias",
  },
  expects("points at a version", {
    types: ["lambda/alias:Alias"],
    values: { functionVersion: (value: unknown) => /^\d+$/.test(String(value)) },
  }),
  {
    name: "has a role and a log group of its own",
    types: typed(FUNCTION),
    wrong: ({ inputs }, graph) => {
      const same = (path: string) => ofType(graph, FUNCTION).filter((one) => at(one.inputs, path) === at(inputs, path));
      if (textAt(inputs, "role") === "" || same("role").length !== 1) return "its role is shared or missing";
      return textAt(inputs, "loggingConfig.logGroup") !== "" && same("loggingConfig.logGroup").length === 1
        ? undefined
        : "its log is shared or missing";
    },
  },
  {
    name: "trusts one service alone, for this account where the service says so",
    types: typed(ROLE),
    wrong: ({ inputs }) => {
      if (isRemediationRole(textAt(inputs, "name"))) return undefined;
      const statements = statementsAt(inputs, "assumeRolePolicy");
      const service = trustedBy(stageOf(textAt(inputs, "name")));
      const [only] = statements;
      if (only === undefined || statements.length !== 1) return `${statements.length} statements`;
      if (JSON.stringify(only.principal) !== JSON.stringify({ Service: service }))
        return `it trusts ${JSON.stringify(only.principal)}`;
      if (!SERVICES.includes(service) || only.actions.join() !== "sts:AssumeRole")
        return "it allows more than to be taken on";
      const needsAccount = !["lambda.amazonaws.com", "apigateway.amazonaws.com"].includes(service);
      return !needsAccount || at(only.condition, "StringEquals.aws:SourceAccount") === "111111111111"
        ? undefined
        : "any account's service may";
    },
  },
  {
    name: "has one policy",
    types: typed(ROLE),
    wrong: ({ inputs }, graph) => {
      const count = ofType(graph, ROLE_POLICY).filter((one) => at(one.inputs, "role") === at(inputs, "name")).length;
      return count === 1 && at(inputs, "managedPolicyArns") === undefined
        ? undefined
        : `it has ${count}, or managed ones`;
    },
  },
  {
    name: "names actions and resources, but for the closed list",
    types: typed(ROLE_POLICY),
    wrong: ({ inputs }) => {
      const statements = statementsAt(inputs, "policy");
      const isOfRemediation = isRemediationRole(textAt(inputs, "role"));
      const found = isOfRemediation ? statements.flatMap(wideActions) : statements.flatMap(wide);
      if (statements.length === 0) return "it is empty";
      return found.length === 0 ? undefined : found.join(", ");
    },
  },
  {
    name: "allows exactly what its function, workflow or rule declares",
    types: typed(ROLE_POLICY),
    wrong: ({ inputs }) => {
      const role = stageOf(textAt(inputs, "role"));
      const allowed = [...new Set(statementsAt(inputs, "policy").flatMap(({ actions }) => actions))].sort();
      const declaredHere = expectedActions(role, { topology: shippedTopology, functions: declared });
      const expected = [...new Set(role === "remediation" ? REMEDIATION_RIGHTS : declaredHere)].sort();
      const odd = [
        ...allowed.filter((action) => !expected.includes(action)).map((action) => `${action} is not declared`),
        ...expected.filter((action) => !allowed.includes(action)).map((action) => `${action} is missing`),
      ];
      return odd.length === 0 ? undefined : odd.join(", ");
    },
  },
  {
    name: "uses each key only through the service it is for",
    types: typed(ROLE_POLICY),
    wrong: ({ inputs }) => {
      const loose = statementsAt(inputs, "policy").filter(
        ({ actions, condition, resources }) =>
          actions.some((action) => /^kms:(?:Decrypt|GenerateDataKey|Encrypt)$/.test(action)) &&
          at(condition, "StringEquals.kms:ViaService") === undefined &&
          at(condition, "ForAnyValue:StringEquals.kms:EncryptionContextKeys") !== "ephor:context" &&
          resources.length > 0,
      );
      return loose.length === 0 ? undefined : loose.map(({ actions }) => actions.join()).join("; ");
    },
  },
  {
    name: "reads its source batch by batch, and a failing record alone is put aside",
    types: typed("lambda/eventSourceMapping:EventSourceMapping"),
    wrong: ({ inputs }) => {
      if (listAt(inputs, "functionResponseTypes").join() !== "ReportBatchItemFailures")
        return "it repeats whole batches";
      if (!textAt(inputs, "functionName").endsWith(":live")) return "it calls no alias";
      if (!textAt(inputs, "eventSourceArn").includes(":dynamodb:")) return undefined;
      if (at(inputs, "bisectBatchOnFunctionError") !== true) return "a failing batch is not halved";
      if (textAt(inputs, "destinationConfig.onFailure.destinationArn") === "") return "what fails is lost";
      return Number(at(inputs, "maximumRetryAttempts")) >= 1 ? undefined : "it tries for ever";
    },
  },
  expects("lets this account's API alone call", {
    types: ["lambda/permission:Permission"],
    values: {
      principal: "apigateway.amazonaws.com",
      qualifier: "live",
      sourceAccount: "111111111111",
      sourceArn: (value: unknown) => /^arn:aws:execute-api:[^:]+:\d{12}:[^/]+\/\*\/\*$/.test(String(value)),
    },
  }),
  {
    name: "is kept 90 days, encrypted",
    types: typed("cloudwatch/logGroup:LogGroup"),
    wrong: ({ inputs }) => {
      if (at(inputs, "retentionInDays") !== 90) return `it is kept ${at(inputs, "retentionInDays")} days`;
      return textAt(inputs, "kmsKeyId").includes(":key/") ? undefined : "it is not";
    },
  },
];
