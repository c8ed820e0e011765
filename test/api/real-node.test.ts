import { ROUTES } from "@ephor/api/routes/routes";
import { detections } from "@ephor/detections/catalogue";
import { expect, test, vi } from "vitest";
import { aDataFolder, aNode, must, OPENED } from "./a-node.ts";
import { expectDocumented } from "./documented.ts";

test("a running node answers every question of the API as it is documented", async () => {
  const { client, url, token, signInUrl, documented } = await aNode();
  expect(must(await client.sendEvents([OPENED, 7]))).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] });
  const finding = await vi.waitFor(async () => {
    const { items } = must(await client.listFindings({ resource: "sg-1" }));
    expect(items).toHaveLength(1);
    return items[0];
  });
  const id = finding?.id ?? "";
  expect(must(await client.showFinding(id)).timeline.length).toBeGreaterThan(0);
  const resolved = await client.transitionFinding(id, { to: "resolved", reason: "the rule is gone" });
  expect(must(resolved).status).toBe("resolved");

  const [execution] = must(await client.listExecutions({ limit: 1 })).items;
  expect(must(await client.showExecution(execution?.id ?? "")).workflow).toBe(execution?.workflow);
  expect(must(await client.listDeadLetters()).items).toEqual([]);
  const first = must(await client.listDetections({ limit: 2 }));
  const second = must(await client.listDetections({ limit: 2, cursor: first.cursor ?? undefined }));
  expect(new Set([...first.items, ...second.items].map((detection) => detection.id)).size).toBe(4);

  const note = await vi.waitFor(async () => must(await client.ledgerCheckpoint()));
  const size = Number(note.split("\n")[1]);
  expect(size).toBeGreaterThan(1);
  expect(must(await client.ledgerTile(`0/000.p/${size}`))).toHaveLength(size * 32);
  expect(must(await client.ledgerRecord(0)).checkpoint).toContain("\n");
  expect(must(await client.ledgerConsistency({ from: 1, to: size })).proof.length).toBeGreaterThan(0);
  const made = must(await client.createToken({ name: "ci", role: "viewer" }));
  expect(must(await client.listTokens()).items.map((one) => one.id)).toContain(made.id);
  expect(must(await client.revokeToken(made.id)).revokedAt).not.toBeNull();
  must(await client.createSignInLink({ role: "viewer", subject: "alice" }));
  expect(documented.length).toBeGreaterThan(15);

  for (const route of ROUTES.filter(({ method, path }) => method === "GET" && !path.includes("{"))) {
    if (route.path === "/v1/ledger/consistency") continue;
    const answer = await fetch(`${url}${route.path}`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status, route.path).toBe(200);
    await expectDocumented(answer, route);
  }
  const page = await fetch(`${url}/findings/${id}`, { headers: { authorization: `Bearer ${token}` } });
  expect(await page.text()).toContain("the rule is gone");
  expect((await fetch(`${url}/v1/findings`)).status).toBe(401);
  const newest = Number(must(await client.ledgerCheckpoint()).split("\n")[1]) - 1;
  expect(must(await client.ledgerRecord(newest)).record).toMatchObject({ did: "refused", status: "auth.missing" });
  const signedIn = await fetch(signInUrl ?? "", { method: "POST", redirect: "manual" });
  expect(signedIn.status).toBe(303);
});

test("executions of Standard workflows are answered as documented, listed and shown", async () => {
  const { client } = await aNode({ config: { responsePolicy: { rules: [{ mode: "approve" }] } } });
  must(await client.sendEvents([OPENED]));
  const line = await vi.waitFor(async () => {
    const { items } = must(await client.listExecutions({ workflow: "respond" }));
    expect(items).toHaveLength(1);
    return items[0];
  });
  expect(line).toMatchObject({ type: "standard" });
  expect(must(await client.showExecution(line?.id ?? "")).history?.length).toBeGreaterThan(0);
});

const descriptionOf = (id: string) => detections.find((detection) => detection.id === id)?.description;

/** The finding of `detection`, once there is one. */
const findingOf = ({ client }: Awaited<ReturnType<typeof aNode>>, detection: string) =>
  vi.waitFor(async () => {
    const { items } = must(await client.listFindings());
    const found = items.find((one) => one.detection.startsWith(detection));
    expect(found).toBeDefined();
    return must(await client.showFinding(found?.id ?? ""));
  });

test("a finding says why it matters, also one that another service found", async () => {
  const node = await aNode();
  const passed = detections.find(({ id }) => id === "guardduty.finding")?.cases.find(({ kind }) => kind === "hit");
  must(await node.client.sendEvents([OPENED, passed?.event]));
  const opened = await findingOf(node, "ec2.security-group-opened-to-world");
  expect(opened.why).toBe(descriptionOf("ec2.security-group-opened-to-world"));
  expect(opened.why).not.toBe("");
  const told = await node.ephor("findings", "show", opened.id);
  expect(JSON.parse(told.stdout)).toMatchObject({ id: opened.id, why: opened.why });
  const found = await findingOf(node, "guardduty.finding:");
  expect(found.why).toBe(descriptionOf("guardduty.finding"));
});

test("a finding of a detection that is not in force any more is shown, without a why", async () => {
  const data = aDataFolder();
  const before = await aNode({ data, config: { accounts: { "111122223333": { environment: "production" } } } });
  must(await before.client.sendEvents([OPENED]));
  expect((await findingOf(before, "ephor.unknown-account")).why).not.toBeNull();
  await before.stop();
  const after = await aNode({ data });
  expect((await findingOf(after, "ephor.unknown-account")).why).toBeNull();
});

test("pages and links name the address that is listened on, where no publicUrl is set", async () => {
  const { client, url, token } = await aNode();
  const headers = { authorization: `Bearer ${token}` };
  const overview = await (await fetch(url, { headers })).text();
  expect(overview).toContain(`--url ${url}`);
  expect(overview).toContain(`${url}/v1/events`);
  expect(await (await fetch(`${url}/findings`)).text()).toContain(`${url}/v1/sign-in-links`);
  const link = must(await client.createSignInLink({ role: "viewer", subject: "alice" }));
  expect(link.url.startsWith(`${url}/sign-in/`)).toBe(true);
  expect((await fetch(link.url)).status).toBe(200);
});

test("pages and links name the publicUrl that is set, wherever the node listens", async () => {
  const { client } = await aNode({ config: { publicUrl: "https://ephor.example" } });
  const link = must(await client.createSignInLink({ role: "viewer", subject: "alice" }));
  expect(link.url.startsWith("https://ephor.example/sign-in/")).toBe(true);
});
