import { answerOf, type Check, everyItem, must, type World } from "./check.ts";
import { deployedFindings } from "./same-findings.ts";

/** Findings whose timelines are looked at; the last ones seen. */
const FINDINGS_MAX = 40;

/** Every execution that somebody would look for is in the list, as it ended. */
async function listed(world: World): Promise<string> {
  const { api, runs } = world.system;
  const lines = await everyItem(api.listExecutions);
  const byName = new Map(lines.map((line) => [`${line.workflow} ${line.name}`, line]));
  const ran = await runs.of("respond");
  const unlike = ran.filter(({ name, status }) => byName.get(`respond ${name}`)?.status !== status);
  must(
    ran.length > 0 && unlike.length === 0,
    `${unlike.length} of ${ran.length} executions of respond are not listed so`,
  );

  const ids = new Set(lines.map(({ id }) => id));
  const findings = (await deployedFindings(world)).slice(0, FINDINGS_MAX);
  let named = 0;
  for (const { id } of findings) {
    const { timeline } = answerOf(await api.showFinding(id));
    const told = timeline.flatMap(({ executionId }) => (executionId ? [executionId] : []));
    const missing = told.filter((executionId) => !ids.has(executionId));
    must(missing.length === 0, `${id} was changed by ${missing[0]}, which is not listed`);
    named += told.length;
  }
  must(named >= findings.length, `the timelines of ${findings.length} findings name ${named} executions`);

  const [standard] = lines.filter(({ type }) => type === "standard");
  const shown = answerOf(await api.showExecution(standard?.id ?? ""));
  must((shown.history ?? []).length > 2, `the execution ${standard?.id} is shown without its history`);
  return `${ran.length} of respond as Step Functions has them, ${named} that timelines name, one shown with ${shown.history?.length} events`;
}

/** An Express execution that failed is known by its line alone: Step Functions lists none. */
async function failureListed(world: World): Promise<string> {
  const lines = await everyItem(world.system.api.listExecutions);
  const failed = lines.filter(({ workflow, status }) => workflow === "intake" && status === "FAILED");
  must(failed.length > 0, "the failed run of intake is not listed");
  must(
    failed.every(({ error, endedAt }) => error !== null && endedAt !== null),
    "a failed run has no error or no end",
  );
  return `${failed.length} with ${failed[0]?.error}`;
}

export const EXECUTIONS: readonly Check[] = [{ name: "executions are listed and shown as they went", run: listed }];
/** After the faults, which make one fail. */
export const FAILED_EXECUTIONS: readonly Check[] = [
  { name: "the run whose function died is listed as failed", run: failureListed },
];
