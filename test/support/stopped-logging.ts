let serial = 0;

/** StopLogging on a trail by an IAM user, as CloudTrail tells it; each call is an event of its own. */
export const stoppedLogging = (more: object = {}) => ({
  eventVersion: "1.09",
  eventID: `00000000-0000-4000-8000-${String(++serial).padStart(12, "0")}`,
  eventSource: "cloudtrail.amazonaws.com",
  eventName: "StopLogging",
  eventType: "AwsApiCall",
  eventCategory: "Management",
  managementEvent: true,
  readOnly: false,
  eventTime: "2026-02-01T10:00:00Z",
  awsRegion: "eu-west-1",
  recipientAccountId: "111122223333",
  sourceIPAddress: "203.0.113.7",
  userAgent: "aws-cli",
  userIdentity: {
    type: "IAMUser",
    principalId: "AIDAEXAMPLE",
    arn: "arn:aws:iam::111122223333:user/mallory",
    accountId: "111122223333",
    userName: "mallory",
  },
  requestParameters: { name: "arn:aws:cloudtrail:eu-west-1:111122223333:trail/audit" },
  responseElements: null,
  ...more,
});
