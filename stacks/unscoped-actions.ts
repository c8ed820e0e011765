/**
 * The only actions that may be allowed on every resource: AWS has no resource-level permission for them, as each page
 * of the Service Authorization Reference says. Anything else names its resources.
 */
export const UNSCOPED_ACTIONS: Readonly<Record<string, string>> = {
  "xray:PutTraceSegments": "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
  "xray:PutTelemetryRecords": "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
  "xray:GetSamplingRules": "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
  "xray:GetSamplingTargets": "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html",
  "logs:CreateLogDelivery": "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  "logs:GetLogDelivery": "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  "logs:UpdateLogDelivery": "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  "logs:DeleteLogDelivery": "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  "logs:ListLogDeliveries": "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  "logs:PutResourcePolicy": "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  "logs:DescribeResourcePolicies": "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  "logs:DescribeLogGroups": "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
  "dynamodb:ListStreams": "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html",
};

const XRAY = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"];
/** Of a function that sends traces. */
export const TRACES = { Sid: "Traces", Action: XRAY, Resource: "*" } as const;
/** Of a workflow that sends traces and keeps its own log delivery (Step Functions Developer Guide, "Logging with CloudWatch Logs"). */
export const WORKFLOW_TRACES = {
  Sid: "Traces",
  Action: [...XRAY, "xray:GetSamplingRules", "xray:GetSamplingTargets"],
  Resource: "*",
} as const;
export const LOG_DELIVERY = {
  Sid: "LogDelivery",
  Action: Object.keys(UNSCOPED_ACTIONS).filter((action) => action.startsWith("logs:")),
  Resource: "*",
} as const;
