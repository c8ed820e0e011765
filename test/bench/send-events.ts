import { Agent, request } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

/** Sends one event a request at an even rate and tells when each left, in milliseconds since the epoch. */
const { url, token, rate, seconds, trails } = workerData as {
  url: string;
  token: string;
  rate: number;
  seconds: number;
  /** Each is a finding. */
  trails: number;
};
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const sentAt = new Map<string, number>();
const answered: Promise<void>[] = [];

const event = (id: string, at: number) =>
  JSON.stringify({
    eventVersion: "1.10",
    eventID: id,
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
    userAgent: "aws-cli/2.31.0",
    userIdentity: {
      type: "IAMUser",
      principalId: "AIDAEXAMPLE",
      arn: "arn:aws:iam::111122223333:user/mallory",
      accountId: "111122223333",
      userName: "mallory",
    },
    requestParameters: { name: `arn:aws:cloudtrail:eu-west-1:111122223333:trail/trail-${at % trails}` },
    responseElements: null,
  });

function send(at: number): Promise<void> {
  const id = `event-${at}`;
  const body = event(id, at);
  return new Promise((resolve, reject) => {
    sentAt.set(id, performance.timeOrigin + performance.now());
    const call = request(
      `${url}/v1/events`,
      {
        method: "POST",
        agent,
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        },
      },
      (answer) => {
        answer.resume();
        answer.once("end", () =>
          answer.statusCode === 202 ? resolve() : reject(new Error(`status ${answer.statusCode}`)),
        );
      },
    );
    call.once("error", reject);
    call.end(body);
  });
}

const startedMs = performance.now();
for (let at = 0; at < rate * seconds; ) {
  const due = ((performance.now() - startedMs) / 1000) * rate;
  while (at < due && at < rate * seconds) answered.push(send(at++));
  // A loop that spins would take the second core from the node.
  await new Promise((turn) => setTimeout(turn, 1));
}
await Promise.all(answered);
agent.destroy();
parentPort?.postMessage(sentAt);
