import { type Graph, type Resource, textAt } from "./check.ts";

/** Named within something that has the stage in its name. */
const WITHIN = ["iam/rolePolicy:RolePolicy", "lambda/alias:Alias", "sfn/alias:Alias", "scheduler/schedule:Schedule"];
const NAMES = ["name", "bucket", "ruleName", "dashboardName"];

/** What two stages name alike: in one account the second would take the first's place, or fail. */
export function sharedNames(graphs: readonly Graph[]): readonly string[] {
  const owners = new Map<string, string>();
  return graphs.flatMap(({ stage, resources }) =>
    resources.flatMap((resource) => {
      const name = physicalName(resource);
      if (name === undefined) return [];
      const owner = owners.get(name) ?? stage;
      owners.set(name, owner);
      return owner === stage ? [] : [`${name} is of ${owner} and of ${stage}: two stages in one account share it`];
    }),
  );
}

function physicalName({ type, region, inputs }: Resource): string | undefined {
  if (WITHIN.includes(type.replace(/^aws:/, ""))) return undefined;
  const name = NAMES.map((path) => textAt(inputs, path)).find((text) => text !== "");
  return name === undefined ? undefined : `${type} ${region} ${name}`;
}
