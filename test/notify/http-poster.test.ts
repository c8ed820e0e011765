import { createServer } from "node:net";
import { httpPoster } from "@ephor/notify/http/http-poster";
import { isLoopbackAddress, isRefusedAddress } from "@ephor/notify/http/refused-address";
import { judged } from "@ephor/notify/outcome";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../support/until.ts";
import { aReceiver } from "./support/servers.ts";

function aPoster(more: Parameters<typeof httpPoster>[0] = {}) {
  const poster = httpPoster(more);
  onTestFinished(() => poster.close());
  return poster;
}
const post = (url: string, more: Parameters<typeof httpPoster>[0] = {}) => aPoster(more).post({ url, body: "{}" });

test("a body arrives as it was given, with its length and type", async () => {
  const { url, received } = await aReceiver();
  const answered = await aPoster().post({ url: `${url}/in`, body: '{"a":"ü"}', headers: { "x-one": "1" } });
  expect(answered).toMatchObject({ ok: true, value: { status: 200, text: "ok" } });
  expect(received[0]).toMatchObject({
    path: "/in",
    body: '{"a":"ü"}',
    headers: { "x-one": "1", "content-length": "10" },
  });
});

test.each([
  [201, "taken"],
  [301, "refused"],
  [302, "refused"],
  [307, "refused"],
  [400, "refused"],
  [401, "refused"],
  [404, "refused"],
  [410, "refused"],
  [408, "failed"],
  [425, "failed"],
  [429, "failed"],
  [500, "failed"],
  [503, "failed"],
])("an answer of %i means %s", (status, meaning) => {
  const result = judged({ status, retryAfterSeconds: 7, text: "secret" }, "receiver");
  if (meaning === "taken") return expect(result.ok).toBe(true);
  expect(result).toMatchObject({ ok: false, error: { code: `notify.${meaning}` } });
  expect(JSON.stringify(result)).not.toContain("secret");
  if (meaning === "failed") expect(result).toMatchObject({ error: { retryAfterSeconds: 7 } });
});

test("a redirect is not followed", async () => {
  const other = await aReceiver();
  const { url } = await aReceiver((_, response) => void response.writeHead(302, { location: other.url }).end());
  expect(await post(url)).toMatchObject({ ok: true, value: { status: 302 } });
  expect(other.received).toEqual([]);
});

test("a receiver that never answers ends at the call's bound", async () => {
  const { url } = await aReceiver(() => undefined);
  expect(await post(url, { callMs: 50 })).toMatchObject({
    ok: false,
    error: { code: "notify.failed", message: "no whole answer within 0.05 s" },
  });
});

test("a receiver that drips its answer ends at the call's bound", async () => {
  const { url } = await aReceiver((_, response) => {
    const drip = setInterval(() => response.write("."), 5);
    response.once("close", () => clearInterval(drip));
  });
  expect(await post(url, { callMs: 60 })).toMatchObject({ ok: false, error: { code: "notify.failed" } });
});

test("a connection that never comes to be ends at its own bound", async () => {
  // It accepts, and never speaks TLS.
  const server = createServer(() => undefined);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as { port: number };
  onTestFinished(() => void server.close());
  const result = await post(`https://127.0.0.1:${port}/`, { connectMs: 50 });
  expect(result).toMatchObject({ ok: false, error: { message: "no connection within 0.05 s" } });
});

test("no more than 64 KiB of an answer is read", async () => {
  const { url } = await aReceiver((_, response) => void response.end("x".repeat(1_000_000)));
  const answered = await post(url);
  expect(answered.ok && answered.value.text.length).toBe(64 * 1024);
});

test("a receiver that breaks off is a failure that may pass", async () => {
  const { url } = await aReceiver((_, response) => void response.destroy());
  expect(await post(url)).toMatchObject({ ok: false, error: { code: "notify.failed" } });
});

test.each([
  "http://example.com/",
  "http://169.254.169.254/latest/meta-data",
  "https://169.254.169.254/latest/meta-data",
  "https://[fe80::1]/",
  "https://[fd00:ec2::254]/",
  "https://[::ffff:169.254.169.254]/",
  "https://[64:ff9b::a9fe:a9fe]/",
  "https://0.0.0.0/",
  "https://168.63.129.16/",
  "https://user:password@example.com/",
  "ftp://example.com/",
  "nonsense",
])("nothing is sent to %s", async (url) => {
  expect(await post(url)).toMatchObject({ ok: false, error: { code: "notify.refused" } });
});

test("a name that leads to a metadata address by the time of the call is refused, whatever it led to before", async () => {
  const answers = ["127.0.0.1", "169.254.169.254"];
  const asked: string[] = [];
  const resolve = ((
    name: string,
    _: unknown,
    done: (error: null, found: { address: string; family: number }[]) => void,
  ) => {
    asked.push(name);
    done(null, [{ address: answers.shift() ?? "", family: 4 }]);
  }) as unknown as NonNullable<Parameters<typeof httpPoster>[0]>["resolve"];
  const { url, received } = await aReceiver();
  const rebinding = url.replace("127.0.0.1", "rebinding.localhost");
  const more = resolve === undefined ? {} : { resolve };
  expect(await post(rebinding, more)).toMatchObject({ ok: true });
  expect(await post(rebinding, more)).toMatchObject({ ok: false, error: { code: "notify.refused" } });
  expect([asked.length, received.length]).toEqual([2, 1]);
});

test("plain HTTP leaves this machine by no name", async () => {
  const resolve = ((
    _: string,
    __: unknown,
    done: (error: null, found: { address: string; family: number }[]) => void,
  ) => done(null, [{ address: "192.0.2.1", family: 4 }])) as unknown as NonNullable<
    NonNullable<Parameters<typeof httpPoster>[0]>["resolve"]
  >;
  expect(await post("http://elsewhere.localhost/", { resolve })).toMatchObject({
    ok: false,
    error: { code: "notify.refused" },
  });
});

test("addresses are told apart as they are written", () => {
  expect(["10.0.0.1", "93.184.216.34", "2001:db8::1", "::1", "127.0.0.1"].filter(isRefusedAddress)).toEqual([]);
  const refused = ["169.254.1.1", "fe80::1%eth0", "::ffff:169.254.0.1", "::", "0.0.0.0", "224.0.0.1", "nonsense", ""];
  expect(refused.filter((address) => !isRefusedAddress(address))).toEqual([]);
  expect(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].filter((one) => !isLoopbackAddress(one))).toEqual([]);
});

test("closing ends the calls under way, on connections old and new, and none is made again or begun", async () => {
  let isAnswering = true;
  const { url, received } = await aReceiver((_, response) => void (isAnswering && response.end("ok")));
  const poster = aPoster();
  const calls = (count: number) => Promise.all(Array.from({ length: count }, () => poster.post({ url, body: "{}" })));
  expect((await calls(4)).every(({ ok }) => ok)).toBe(true);
  isAnswering = false;
  const underWay = calls(8);
  await until("all to be under way", () => received.length === 12);
  poster.close();
  isAnswering = true;
  const ended = { ok: false, error: { code: "notify.failed", message: "the call was ended, as Ephor stops" } };
  expect(await underWay).toEqual(Array.from({ length: 8 }, () => ended));
  expect(await calls(1)).toEqual([ended]);
  expect(received).toHaveLength(12);
});

test("calls that hang keep none waiting that goes to the same host", async () => {
  const { url, received } = await aReceiver(({ path }, response) => void (path === "/quick" && response.end("ok")));
  const poster = aPoster();
  const hanging = Array.from({ length: 64 }, () => poster.post({ url: `${url}/slow`, body: "{}" }));
  await until("all to hang", () => received.length === hanging.length);
  expect(await poster.post({ url: `${url}/quick`, body: "{}" })).toMatchObject({ ok: true });
  poster.close();
  await Promise.all(hanging);
});
