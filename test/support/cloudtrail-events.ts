import { apiCall, consoleSignIn, root } from "@ephor/detections/cases/cloudtrail-event";
import type { JsonObject } from "@ephor/domain/json";
import type { Envelope } from "@ephor/events/envelope";
import type { Random } from "../fuzz/random.ts";

/** Accounts that events come from. */
export const ACCOUNTS = ["111122223333", "444455556666", "777788889999"] as const;

/** Few resources, so that findings have many occurrences. */
const RESOURCES = 6;

const user = (name: string, account: string): JsonObject => ({
  ...{ type: "IAMUser", userName: name, principalId: `AIDAEXAMPLE${name.toUpperCase()}`, accountId: account },
  arn: `arn:aws:iam::${account}:user/${name}`,
});

type Maker = (random: Random, account: string) => Envelope;

/** Events that shipped detections answer, of several shapes. */
const MATCHING: readonly Maker[] = [
  (random) =>
    apiCall({
      service: "ec2",
      name: "AuthorizeSecurityGroupIngress",
      request: {
        groupId: `sg-${random.below(RESOURCES)}`,
        ipPermissions: {
          items: [{ ipProtocol: "tcp", fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] } }],
        },
      },
    }),
  (random, account) => {
    const userName = `machine-${random.below(RESOURCES)}`;
    const by = user(`admin-${random.below(3)}`, account);
    return apiCall({ service: "iam", name: "CreateAccessKey", by, request: { userName } });
  },
  (random) =>
    apiCall({ service: "cloudtrail", name: "StopLogging", request: { name: `trail-${random.below(RESOURCES)}` } }),
  (random, account) => consoleSignIn({ by: user(`person-${random.below(RESOURCES)}`, account), mfa: "No" }),
  (_random, account) =>
    apiCall({ service: "ec2", name: "RunInstances", by: { ...root, arn: `arn:aws:iam::${account}:root` } }),
];

/** Events that no detection answers. */
const ORDINARY: readonly Maker[] = [
  () => apiCall({ service: "ec2", name: "DescribeInstances", readOnly: true }),
  () => apiCall({ service: "s3", name: "ListBuckets", readOnly: true }),
  (_random, account) => consoleSignIn({ by: user("careful", account), mfa: "Yes" }),
  () => apiCall({ service: "sns", name: "CreateTopic", request: { name: "topic" } }),
];

/** What is no event; each is refused by its place, and stops no other. */
const MALFORMED: readonly unknown[] = [
  null,
  7,
  "an event",
  {},
  { eventName: "StopLogging", eventSource: "cloudtrail.amazonaws.com" },
  { "detail-type": "AWS API Call via CloudTrail", source: "aws.ec2", account: "12", detail: {} },
  { ...apiCall({ service: "ec2", name: "RunInstances" }), time: "yesterday" },
];

/** Later than the clock of any machine that runs this, so that every event is later than any `resolvedAt`. */
const FIRST_MS = Date.UTC(2090, 0, 1);
const SPAN_SECONDS = 365 * 86_400;

const hex = (random: Random, digits: number): string =>
  Array.from({ length: digits }, () => random.below(16).toString(16)).join("");
const uuid = (random: Random): string => [8, 4, 4, 4, 12].map((digits) => hex(random, digits)).join("-");

function made(random: Random, makers: readonly Maker[]): Envelope {
  const account = random.pick(ACCOUNTS);
  const event = random.pick(makers)(random, account);
  const time = `${new Date(FIRST_MS + random.below(SPAN_SECONDS) * 1000).toISOString().slice(0, 19)}Z`;
  const detail = { ...event.detail, eventID: uuid(random), eventTime: time, recipientAccountId: account };
  return { ...event, id: uuid(random), time, account, detail };
}

/** An event that a detection answers, one of the same few resources each time. */
export const matchingEvent = (random: Random): Envelope => made(random, MATCHING);
export const ordinaryEvent = (random: Random): Envelope => made(random, ORDINARY);
export const malformedEvent = (random: Random): unknown => random.pick(MALFORMED);

/** The same event as CloudTrail archives hold it, without EventBridge's envelope. */
export const recordOf = ({ detail }: Envelope): JsonObject => detail;
