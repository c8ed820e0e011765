import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { iamPage } from "./iam-page.ts";
import { EXAMPLE_SETTINGS, installPlatform } from "./platform.ts";
import { type Graph, readGraph } from "./policy/check.ts";
import { checkGraph } from "./policy/index.ts";
import { sharedNames } from "./policy/stages.ts";
import { programSabotages } from "./program-sabotages.ts";
import { sabotages } from "./sabotages.ts";
import { shapeOf } from "./shape.ts";

/**
 * `npm run synth [-- --update]`: the real SST program for each stage under mocks, `.build/graph.json` (production), the
 * policies on each, the graph's shape and docs/iam.md against what was reviewed, sabotages that the policies must catch, and a
 * topology with one more of each kind.
 * `--update` writes snapshot and page anew. Exit 1 when anything does not hold.
 */
const root = resolve(import.meta.dirname, "../..");
process.chdir(root);
const GRAPHS = ".build/synth";
const SNAPSHOT = "test/synth/graph.snapshot.txt";
const IAM_PAGE = "docs/iam.md";
/** For one run of the program, on a machine that has much else to do. */
const PROGRAM_TIMEOUT_MS = 600_000;
const STAGES = ["production", "staging", "dev"];

/** So that what is made only by a setting is made and checked as well. */
const EVERY_SETTING = {
  EPHOR_DOMAIN: "ephor.example.com",
  EPHOR_CERTIFICATE_ARN: "arn:aws:acm:eu-central-1:111111111111:certificate/00000000-0000-0000-0000-000000000000",
  EPHOR_FORWARD_REGIONS: "eu-west-1",
  EPHOR_BLOCKED_COUNTRIES: "KP",
};

/** What one more route, workflow, task and schedule in topology must add, and nothing that was there may change. */
const ADDED = [
  ...["Function-added-task", "Live-added-task", "Role-added-task", "Grants-added-task", "Log-added-task"],
  ...["Workflow-added-flow", "Live-workflow-added-flow", "Role-workflow-added-flow", "Grants-workflow-added-flow"],
  ...["Log-workflow-added-flow", "Schedule-added-schedule", "Rule-added-write-added", "Target-added-write-added"],
  ...["us-east-1", "eu-central-1"].flatMap((region) => [
    `Forward-${region}-added-write-added`,
    `ForwardTarget-${region}-added-write-added`,
  ]),
  ...["added-task-errors", "added-task-throttles", "workflow-added-flow-failed", "workflow-added-flow-timed-out"].map(
    (alarm) => `Alarm-${alarm}`,
  ),
];

const problems: string[] = [];
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

installPlatform(root);
mkdirSync(GRAPHS, { recursive: true });
const runs: readonly Run[] = [
  ...STAGES.map((stage) => ({ stage, file: join(GRAPHS, `${stage}.json`) })),
  { stage: "production", file: join(GRAPHS, "every-setting.json"), settings: EVERY_SETTING },
];
const graphs = runs.flatMap((run) => synthesise(run));
const [production] = graphs;
// Nothing is held against the graph of another stage, where one has not run.
if (production !== undefined && graphs.length === runs.length) {
  for (const graph of graphs)
    problems.push(...checkGraph(graph).problems.map((problem) => `${graph.stage}: ${problem}`));
  problems.push(...sharedNames(graphs.slice(0, STAGES.length)));
  writeFileSync(".build/graph.json", `${JSON.stringify(production, null, 1)}\n`);
  report(production);
  compare(SNAPSHOT, shapeOf(production));
  compareRoles(production);
  breakGraph(production);
  breakProgram();
  addToTopology(production);
}
for (const problem of problems) console.error(problem);
print(problems.length === 0 ? "synth: all holds" : `synth: ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

type Run = { readonly stage: string; readonly file: string; readonly settings?: Readonly<Record<string, string>> };

function addToTopology(graph: Graph): void {
  const [more] = synthesise({
    stage: "production",
    file: join(GRAPHS, "added.json"),
    settings: { SYNTH_FIXTURE: "1" },
  });
  if (more === undefined) return;
  const before = new Set(graph.resources.map(({ name }) => name));
  const added = more.resources.map(({ name }) => name).filter((name) => !before.has(name));
  const odd = [...ADDED.filter((name) => !added.includes(name)), ...added.filter((name) => !ADDED.includes(name))];
  if (odd.length > 0) problems.push(`what topology adds does not appear as it should: ${odd.join(", ")}`);
  print(`resources that one more route, workflow, task and schedule bring: ${added.length}`);
}

/** In a process of its own: mocks are for a whole process. */
function runProgram({ stage, file, settings = {} }: Run) {
  const { PATH = "", HOME = "" } = process.env;
  return spawnSync(process.execPath, ["--disable-warning=ExperimentalWarning", "test/synth/program.ts", stage, file], {
    cwd: root,
    encoding: "utf8",
    // Only these, so that what stands in a developer's environment makes no difference.
    env: { PATH, HOME, EPHOR_CONFIG_FILE: "test/synth/example.config.json", ...EXAMPLE_SETTINGS, ...settings },
    timeout: PROGRAM_TIMEOUT_MS,
  });
}

function synthesise(run: Run): readonly Graph[] {
  const done = runProgram(run);
  if (done.status === 0) return [readGraph(run.file)];
  problems.push(`${run.file}: the program does not run:\n${done.error?.message ?? ""}\n${done.stderr}`);
  return [];
}

function report(graph: Graph): void {
  const { counts } = checkGraph(graph);
  const all = [...counts.values()];
  print(`${"type of resource".padEnd(84)} resources  checks`);
  for (const [type, { resources, checks }] of counts)
    print(`${type.padEnd(84)} ${String(resources).padStart(9)} ${String(checks).padStart(7)}`);
  const sum = (of: "resources" | "checks") => all.reduce((total, one) => total + one[of], 0);
  print(
    `${`all (${counts.size} types)`.padEnd(84)} ${String(sum("resources")).padStart(9)} ${String(sum("checks")).padStart(7)}`,
  );
}

/** Holds what was reviewed against what the graph says now, or writes it anew. */
function compare(file: string, now: string): void {
  if (process.argv.includes("--update")) writeFileSync(file, now);
  const reviewed = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (now === reviewed) return;
  const [lines, then] = [now.split("\n"), reviewed.split("\n")];
  const added = lines.filter((line) => !then.includes(line)).map((line) => `  + ${line}`);
  const gone = then.filter((line) => !lines.includes(line)).map((line) => `  - ${line}`);
  problems.push(
    [`${file} is not what the graph says (after review: npm run synth -- --update)`, ...gone, ...added].join("\n"),
  );
}

function compareRoles(graph: Graph): void {
  const { text, unexplained } = iamPage(graph);
  problems.push(...unexplained.map((statement) => `test/synth/iam-page.ts gives no reason for ${statement}`));
  compare(IAM_PAGE, text);
}

function breakGraph(graph: Graph): void {
  const missed = sabotages.filter(({ name, sabotage, caughtBy }) => {
    const broken: Graph = structuredClone(graph);
    sabotage(broken);
    const caught = checkGraph(broken).problems.filter((problem) => caughtBy.test(problem));
    if (caught.length === 0) problems.push(`sabotage not caught: ${name}`);
    return caught.length === 0;
  });
  if (sharedNames([graph, { ...graph, stage: "another" }]).length === 0)
    problems.push("sabotage not caught: two stages that name things alike");
  print(`sabotages of the graph caught: ${sabotages.length - missed.length} of ${sabotages.length}`);
}

function breakProgram(): void {
  const missed = programSabotages.filter(({ name, stage, settings, refusedWith }) => {
    const done = runProgram({ stage, settings, file: join(GRAPHS, "broken.json") });
    const isCaught = done.status === 1 && refusedWith.test(done.stderr);
    if (!isCaught) problems.push(`sabotage not refused: ${name}: ${done.stderr || "no word"}`);
    return !isCaught;
  });
  print(`sabotages of the program refused: ${programSabotages.length - missed.length} of ${programSabotages.length}`);
}
