import { sightingOf } from "@ephor/app/evaluate-detections";
import { type ExplainedResponse, explainResponse } from "@ephor/app/explain-response";
import { tenantOf } from "@ephor/app/tenant-of";
import { catalogueFor } from "@ephor/detections/catalogue-for";
import { compileDetections } from "@ephor/detections/evaluate";
import type { Config } from "@ephor/domain/config/config";
import { escapeTerminal } from "@ephor/domain/escape";
import { type FindingFacts, type FindingLine, firstFacts } from "@ephor/domain/finding";
import { ok, type Result } from "@ephor/domain/result";
import { DEFAULT_TENANT } from "@ephor/domain/tenant";
import type { TimelineEntry } from "@ephor/domain/timeline";
import type { Event } from "@ephor/events/envelope";
import { loadConfig } from "@ephor/node/load-config";
import { remediation } from "@ephor/remediations/catalogue";
import { clientOf } from "../client.ts";
import { EXIT, type ExitCode, flag, type Invocation, text } from "../command.ts";
import { printJson } from "../output.ts";
import { readSubjects } from "../read-subjects.ts";
import { refused } from "../refused.ts";
import { otherPolicy, type UsedConfig, usedConfig } from "../used-config.ts";

const FINDING_ID = /^fnd_[0-9a-v]{26}$/;

/** Which rule of the response policy decides on a finding, or on what an event would open, why, and what would happen. */
export async function run(invocation: Invocation): Promise<ExitCode> {
  const { io, values, args } = invocation;
  const config = loadConfig(text(values, "config"));
  if (!config.ok) return refused(invocation, config.error);
  const ids = args.filter((arg) => FINDING_ID.test(arg));
  const stored = await storedFindings(invocation, ids);
  if (!stored.ok) return refused(invocation, stored.error);
  const deps = { config: config.value, remediations: remediation };
  const explained = stored.value.map((line) => explainResponse(deps, factsOf(config.value, line)));
  const used = usedConfig(invocation, config.value);
  const others = stored.value.flatMap((finding, at) =>
    otherPolicy(used, { finding, mode: explained[at]?.decision.mode ?? "" }),
  );
  for (const warning of [...used.warnings, ...others]) io.say(`ephor: warning: ${escapeTerminal(warning)}`);
  const files = args.filter((arg) => !FINDING_ID.test(arg));
  for await (const subject of files.length === 0 ? [] : readSubjects({ args: files, io })) {
    if (subject.kind === "unreadable") io.say(`ephor: ${escapeTerminal(`${subject.where}: ${subject.reason}`)}`);
    if (subject.kind === "finding") explained.push(explainResponse(deps, factsOf(config.value, subject.finding)));
    if (subject.kind === "event")
      explained.push(...opened(config.value, subject.event).map((one) => explainResponse(deps, one)));
  }
  await print(invocation, { config: config.value, used, explained });
  return explained.length === 0 ? EXIT.failed : EXIT.done;
}

type StoredFinding = FindingLine & { readonly timeline: readonly TimelineEntry[] };

async function storedFindings(
  invocation: Invocation,
  ids: readonly string[],
): Promise<Result<readonly StoredFinding[]>> {
  if (ids.length === 0) return ok([]);
  const client = clientOf(invocation);
  if (!client.ok) return client;
  const lines: StoredFinding[] = [];
  for (const id of ids) {
    const shown = await client.value.showFinding(id);
    if (!shown.ok) return shown;
    lines.push(shown.value);
  }
  return ok(lines);
}

/** A line lacks only what no rule asks for. */
function factsOf(config: Config, line: FindingLine): FindingFacts {
  const {
    detection,
    title,
    severity,
    account,
    region,
    resource,
    actor,
    mitre,
    controls,
    remediation: fix,
    evidence,
  } = line;
  const draft = {
    ...{ detection, detectionVersion: "", title, severity, account, region, resource, actor, actorInKey: false },
    ...{ mitre, controls, remediation: fix, evidence },
  };
  const sighting = { identity: line.eventIds?.[0] ?? line.id, time: line.firstSeenAt };
  const facts = firstFacts(tenantOf(config, account) ?? DEFAULT_TENANT, { draft, sighting });
  return { ...facts, id: line.id as FindingFacts["id"] };
}

function opened(config: Config, event: Event): readonly FindingFacts[] {
  const evaluate = compileDetections(catalogueFor(config), { allow: config.allowLists });
  const tenant = tenantOf(config, event.account);
  return evaluate(event).drafts.map((draft) => firstFacts(tenant, { draft, sighting: sightingOf(event) }));
}

type Printed = { readonly config: Config; readonly used: UsedConfig; readonly explained: readonly ExplainedResponse[] };

async function print(invocation: Invocation, { config, used, explained }: Printed): Promise<void> {
  const { io, values } = invocation;
  if (flag(values, "json") || !io.isTty) {
    return printJson(
      invocation,
      explained.map((one) => ({ ...one, configuration: used })),
    );
  }
  await io.out(`${escapeTerminal(`By ${used.source}, policy version ${used.policyVersion}:`)}\n\n`);
  if (explained.length === 0) return io.out("No finding: no detection fires on this.\n");
  const blocks = explained.map((one) => linesOf(config, one).map(escapeTerminal).join("\n"));
  await io.out(`${blocks.join("\n\n")}\n`);
}

function linesOf(config: Config, one: ExplainedResponse): readonly string[] {
  const { finding, environment, rules, decision, approvals, outcome } = one;
  const asked = rules.map(({ rule, failing }) =>
    failing.length === 0
      ? `  rule ${rule + 1} decides: ${config.responsePolicy.rules[rule]?.mode ?? ""}`
      : `  rule ${rule + 1} does not match: ${failing.join(", ")}`,
  );
  return [
    `${finding.title} (${finding.severity}, account ${finding.account}, environment ${environment ?? "unknown"})`,
    ...asked,
    ...(decision.rule === null ? ["  no rule matches: observe"] : []),
    ...(approvals?.because ?? []).map((why) => `  more approvals: ${why}`),
    `  ${outcome}`,
  ];
}
