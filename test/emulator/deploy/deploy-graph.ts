import { resolve } from "node:path";
import { mocksOf } from "../../synth/mocks.ts";
import type { Graph, Resource } from "../../synth/policy/check.ts";
import { regionalClients } from "../clients.ts";
import type { Inputs, Outputs } from "./creation.ts";
import { type Replacement, replaced, replacementsOf } from "./replacements.ts";
import { ASSERTED_BY_SYNTH, CREATED, ORDER } from "./resource-types.ts";

const ROOT = resolve(import.meta.dirname, "../../..");

export type Deployed = {
  /** Resources created, by type. */
  readonly created: ReadonlyMap<string, number>;
  /** Resources left out, by type; `ASSERTED_BY_SYNTH` says why. */
  readonly leftOut: ReadonlyMap<string, number>;
  /** Names in the graph of all resources of a type. */
  readonly namesOf: (type: string) => readonly string[];
  /** A resource's inputs as it was created, by its name in the graph. Throws where there is none of that name. */
  readonly inputsOf: (name: string) => Inputs;
  /** What the emulator answered for it. */
  readonly outputsOf: (name: string) => Outputs;
};

/**
 * Creates a synthesised graph in an emulator by AWS's own API, from the bundles that synth left. Throws a sentence that
 * names the resource for a type that nobody knows, a bundle that is not there, and whatever the emulator refuses.
 */
export async function deployGraph(graph: Graph, { endpoint, region, root = ROOT }: Target): Promise<Deployed> {
  refuseUnknown(graph);
  const clientsOf = regionalClients(endpoint);
  const mocks = mocksOf({ region, tags: {}, platform: resolve(ROOT, ".sst/platform") });
  const mocked = (resource: Resource) => mocks.newResource({ ...resource, inputs: { ...resource.inputs } });
  const inputs = new Map<string, Inputs>();
  const outputs = new Map<string, Outputs>();
  const replacements: Replacement[] = [];

  async function create(resource: Resource): Promise<void> {
    const filled = replaced(resource.inputs, replacements);
    try {
      const made = await CREATED[resource.type]?.(
        clientsOf(resource.region === "global" ? region : resource.region),
        filled,
        { root },
      );
      inputs.set(resource.name, filled);
      outputs.set(resource.name, made ?? {});
      replacements.push(...replacementsOf(mocked(resource), made ?? {}));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`${resource.type} ${resource.name} cannot be created: ${why}`, { cause });
    }
  }

  for (const type of ORDER) {
    const ofType = graph.resources.filter((resource) => resource.type === type);
    for (const wave of wavesOf(ofType, mocked)) await Promise.all(wave.map(create));
  }
  return {
    created: countsOf(graph, (type) => type in CREATED),
    leftOut: countsOf(graph, (type) => !(type in CREATED)),
    namesOf: (type) => graph.resources.filter((one) => one.type === type).map(({ name }) => name),
    inputsOf: (name) => named(inputs, name),
    outputsOf: (name) => named(outputs, name),
  };
}

type Target = {
  readonly endpoint: string;
  /** The home Region. */
  readonly region: string;
  /** Where paths of bundles begin; the project unless told. */
  readonly root?: string;
};

function refuseUnknown(graph: Graph): void {
  const types = [...new Set(graph.resources.map(({ type }) => type))];
  const unknown = types.filter((type) => !(ORDER.includes(type) && type in CREATED) && !(type in ASSERTED_BY_SYNTH));
  if (unknown.length === 0) return;
  throw new Error(
    `Nobody knows how to create ${unknown.join(", ")}: add it to test/emulator/deploy/resource-types.ts, or why it is left out.`,
  );
}

type Mocked = (resource: Resource) => ReturnType<ReturnType<typeof mocksOf>["newResource"]>;

/** Resources of one type, in groups of which each names only what stands in groups before it. */
function wavesOf(resources: readonly Resource[], mocked: Mocked): readonly (readonly Resource[])[] {
  const arns = new Map(resources.map((one) => [one, String(mocked(one).state["arn"] ?? mocked(one).id)]));
  const isNamedBy = (one: Resource, other: Resource): boolean =>
    other !== one && JSON.stringify(other.inputs).includes(arns.get(one) ?? "\0");
  const waves: Resource[][] = [];
  let rest = [...resources];
  while (rest.length > 0) {
    const free = rest.filter((one) => !rest.some((other) => isNamedBy(other, one)));
    // A circle: none of them needs the other to be there first.
    const wave = free.length === 0 ? rest : free;
    waves.push(wave);
    rest = rest.filter((one) => !wave.includes(one));
  }
  return waves;
}

function countsOf({ resources }: Graph, wanted: (type: string) => boolean): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { type } of resources) if (wanted(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

function named<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new Error(`the graph has created no resource ${name}`);
  return found;
}
