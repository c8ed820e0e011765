import { apiChecks, observabilityChecks } from "./api.ts";
import type { Check, Graph } from "./check.ts";
import { eventChecks } from "./events.ts";
import { everywhere } from "./everywhere.ts";
import { functionChecks } from "./functions.ts";
import { remediationChecks } from "./remediation.ts";
import { secretChecks } from "./secrets.ts";
import { storageChecks } from "./storage.ts";
import { topologyProblems, workflowChecks } from "./topology.ts";

const ofTypes = [
  ...storageChecks,
  ...eventChecks,
  ...functionChecks,
  ...remediationChecks,
  ...secretChecks,
  ...workflowChecks,
  ...apiChecks,
  ...observabilityChecks,
];
const knownTypes = new Set(ofTypes.flatMap(({ types }) => types));

export type Outcome = {
  /** By type: resources, checks made on them. */
  readonly counts: ReadonlyMap<string, { readonly resources: number; readonly checks: number }>;
  readonly problems: readonly string[];
};

/** Every check on every resource it is for. A type that no check knows is a problem, so that none slips by. */
export function checkGraph(graph: Graph): Outcome {
  const types = [...new Set(graph.resources.map(({ type }) => type))].sort();
  const checks: readonly Check[] = [...ofTypes, ...everywhere(types)];
  const counts = new Map<string, { resources: number; checks: number }>();
  const problems = types
    .filter((type) => !knownTypes.has(type))
    .map((type) => `${type}: no policy knows this type of resource`);
  for (const resource of graph.resources) {
    const mine = checks.filter((check) => check.types.includes(resource.type));
    const count = counts.get(resource.type) ?? { resources: 0, checks: 0 };
    counts.set(resource.type, { resources: count.resources + 1, checks: count.checks + mine.length });
    for (const { name, wrong } of mine) {
      const found = wrong(resource, graph);
      if (found !== undefined) problems.push(`${resource.type} ${resource.name}: "${name}" does not hold: ${found}`);
    }
  }
  return { counts, problems: [...problems, ...missingTypes(graph), ...topologyProblems(graph)] };
}

/** Made only where a setting asks for it. */
const BY_SETTING = ["aws:apigateway/domainName:DomainName", "aws:apigateway/basePathMapping:BasePathMapping"];

/** Of these there must be some, or the checks on them would hold of nothing. */
const missingTypes = (graph: Graph): readonly string[] =>
  [...knownTypes]
    .filter((type) => !BY_SETTING.includes(type))
    .filter((type) => !graph.resources.some((resource) => resource.type === type))
    .map((type) => `${type}: there is none`);
