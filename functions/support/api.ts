import { createApi } from "@ephor/api/app";
import type { ApiEnv } from "@ephor/api/context";
import { wireUseCases } from "@ephor/api/wire-use-cases";
import { apiTokens } from "@ephor/app/api-tokens";
import { applyingGauges } from "@ephor/app/applying-switch";
import { counters } from "@ephor/app/counters";
import { sessions } from "@ephor/app/sessions";
import { kmsClient, sqsClient } from "@ephor/aws/clients";
import { deriveKey } from "@ephor/aws/kms/derive-key";
import { sqsInbox } from "@ephor/aws/sqs/inbox";
import { queueDepth } from "@ephor/aws/sqs/queue-depth";
import { epochMsOf } from "@ephor/domain/time";
import { remediation } from "@ephor/remediations/catalogue";
import { once } from "@ephor/tasks/handler";
import type { Instruments } from "@ephor/tasks/instruments";
import { Hono } from "hono";
import { config } from "./config.ts";
import { machine, setting, workflowArns } from "./machine.ts";
import { blobs, ledgerKey, linkKey, table } from "./parts.ts";

type Served = Hono<{ Bindings: { requestContext?: { identity?: { sourceIp?: string } } } }>;

/** Reads every variable now; gives what makes the API, once, when the first request comes. */
export function apiFor({ log }: Pick<Instruments, "log">): () => Promise<Served> {
  const signerFor = ledgerKey();
  const linksFor = linkKey();
  const kms = { ...machine, client: kmsClient() };
  const sqs = { ...machine, client: sqsClient(), queueUrl: setting("EPHOR_INBOX_QUEUE") };
  const bus = setting("EPHOR_BUS");
  const arns = workflowArns();
  const cursorKeyId = setting("EPHOR_CURSOR_KEY");
  const version = setting("EPHOR_VERSION");
  const parts = { ...machine, log, ...table(), blobs: blobs() };
  const startedMs = epochMsOf(machine.clock.now());

  return async () => {
    const told = await config();
    const [{ catalogueFor, catalogueEntry, whyIn }, signer, links, cursorKey] = await Promise.all([
      // Loaded while KMS is asked.
      import("./catalogue.ts"),
      signerFor(told),
      linksFor(),
      deriveKey(kms, { keyId: cursorKeyId, purpose: "ephor cursors" }),
    ]);
    const base = { ...parts, signer, links, cursorKey, config: told, retention: told.retention, version };
    const inbox = sqsInbox({
      ...parts,
      ...sqs,
      putOwnEvent: async (envelope) => (await import("./own-event.ts")).putOwnEvent(bus, envelope),
    });
    const catalogue = catalogueFor(told);
    // Loaded for what few requests need.
    const telling = once(async () => (await import("./notices.ts")).notices({ ...base, whyOf: whyIn(catalogue) }));
    const counts = counters();
    let inboxDepth = 0;
    const uptimeSeconds = () => Math.floor((epochMsOf(machine.clock.now()) - startedMs) / 1000);
    const useCases = wireUseCases({
      ...{ ...base, inbox, catalogue: catalogue.map(catalogueEntry), counters: counts },
      remediations: remediation,
      slackAction: async (request) => (await telling()).slackAction(request),
      testChannel: async (of) => (await telling()).testChannel(of),
      historyOf: async (of) => (await import("./execution-history.ts")).executionHistory(arns, of),
      state: () => ({ state: "ready", inboxDepth, running: 0, uptimeSeconds: uptimeSeconds() }),
    });
    const { publicUrl, trustedProxies, limits } = told;
    const api = createApi({
      ...{ ...base, tokens: apiTokens(base), sessions: sessions(base) },
      useCases: {
        ...useCases,
        status: async (of) => {
          inboxDepth = await queueDepth(sqs);
          return useCases.status(of);
        },
        // How many executions run is Step Functions' to say, in CloudWatch.
        metricsText: async () =>
          counts.text({
            ephor_inbox_depth: await queueDepth(sqs),
            ephor_uptime_seconds: uptimeSeconds(),
            ...(await applyingGauges(base)),
          }),
      },
      settings: { publicUrl, trustedProxies, ...limits },
    });
    return servedBehindGateway(api);
  };
}

/** The client's address is what API Gateway saw, never what a header says. */
function servedBehindGateway(api: Hono<ApiEnv>): Served {
  const served: Served = new Hono();
  served.all("*", (c) => api.fetch(c.req.raw, { address: c.env.requestContext?.identity?.sourceIp }));
  return served;
}
