import { type Graph, type Resource, statementsAt, textAt } from "./policy/check.ts";

/**
 * A graph as a person reviews it: a line a resource with its Region, and below a role what it may do and on what; rules
 * that only repeat each other are one line with their number.
 */
export function shapeOf(graph: Graph): string {
  const lines = graph.resources.filter(({ name }) => !/^(?:Forward|ForwardTarget|Target)-/.test(name)).flatMap(linesOf);
  const counted = ["Forward", "ForwardTarget", "Target"].flatMap((kind) => countOf(graph, kind));
  return `${[...lines, ...counted].join("\n")}\n`;
}

const short = (type: string): string => type.replace(/^aws:/, "").replace(/\/[a-zA-Z0-9]+:/, ":");

function linesOf(resource: Resource): readonly string[] {
  const { type, name, region, inputs } = resource;
  const line = `${short(type)} ${name} ${region}`;
  if (type === "aws:cloudwatch/eventRule:EventRule")
    return [`${line} ${textAt(inputs, "state")} ${textAt(inputs, "eventPattern")}`];
  if (type === "aws:iam/role:Role")
    return [
      line,
      `  trusts ${statementsAt(inputs, "assumeRolePolicy")
        .map(({ principal }) => JSON.stringify(principal))
        .join()}`,
    ];
  if (type !== "aws:iam/rolePolicy:RolePolicy") return [line];
  return [
    line,
    ...statementsAt(inputs, "policy").map(
      ({ actions, resources }) => `  ${actions.join(" ")} on ${resources.map(shortArn).join(" ")}`,
    ),
  ];
}

/** The ARN without account and Region, which every one shares. */
const shortArn = (arn: string): string => arn.replace(/^arn:aws:([a-z0-9-]+):[^:]*:\d*:/, "$1:");

function countOf(graph: Graph, kind: string): readonly string[] {
  const found = graph.resources.filter(({ name }) => name.startsWith(`${kind}-`));
  const regions = [...new Set(found.map(({ region }) => region))].sort();
  return regions.map((region) => {
    const here = found.filter((one) => one.region === region);
    const states = here.filter(({ inputs }) => textAt(inputs, "state").startsWith("ENABLED_WITH")).length;
    return `${kind} ${region}: ${here.length}${kind === "Forward" ? `, ${states} for read-only events` : ""}`;
  });
}
