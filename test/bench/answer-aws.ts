import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort, workerData } from "node:worker_threads";

/**
 * An account that costs nothing, on a thread of its own: CloudTrail's three calls about trails that are stopped at first, and
 * who asks. Tells its port, then of each trail when its logging was started.
 */
const { account } = workerData as { account: string };
const logging = new Set<string>();

const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::${account}:user/ephor</Arn><UserId>AIDAEXAMPLE</UserId><Account>${account}</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;

const ANSWERS: Readonly<Record<string, (trail: string) => object>> = {
  GetTrailStatus: (trail) => ({ IsLogging: logging.has(trail) }),
  ListTags: () => ({ ResourceTagList: [] }),
  StartLogging: (trail) => {
    logging.add(trail);
    parentPort?.postMessage({ trail, at: performance.timeOrigin + performance.now() });
    return {};
  },
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.once("end", () => {
    const operation =
      String(request.headers["x-amz-target"] ?? "")
        .split(".")
        .at(-1) ?? "";
    const body = Buffer.concat(chunks).toString("utf8");
    const answer = ANSWERS[operation];
    if (answer === undefined) {
      const isIdentity = body.includes("Action=GetCallerIdentity");
      response.writeHead(isIdentity ? 200 : 400, { "content-type": "text/xml" }).end(isIdentity ? IDENTITY : "");
      return;
    }
    const [, trail = ""] = /(trail-\d+)"/.exec(body) ?? [];
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(answer(trail)));
  });
});
server.listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));
