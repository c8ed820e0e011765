import { isDeepStrictEqual } from "node:util";
import type { FindingLine } from "@ephor/domain/finding";
import type { Envelope } from "@ephor/events/envelope";
import { ephor } from "../../support/ephor-cli.ts";
import { count, everyItem, must, type World } from "./check.ts";

/** Status, timeline and responses stand outside the equality (what a response did is not in the events). */
type Facts = Omit<FindingLine, "status">;

const factsOf = ({ status: _, ...facts }: FindingLine): Facts => facts;

/** What `ephor replay` finds in these events, by id. */
async function replayed(events: readonly Envelope[]): Promise<ReadonlyMap<string, Facts>> {
  const stdin = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  const { code, stdout, stderr } = await ephor(["replay", "-", "--findings", "-"], { stdin });
  must(code === 0, `replay ends with ${code}: ${stderr}`);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return byId(lines.map((line): FindingLine => JSON.parse(line)));
}

const byId = (findings: readonly FindingLine[]): ReadonlyMap<string, Facts> =>
  new Map(findings.map((finding) => [finding.id, factsOf(finding)]));

export const deployedFindings = ({ system }: Pick<World, "system">): Promise<readonly FindingLine[]> =>
  everyItem(system.api.listFindings);

/** Holds every finding of the deployed system against the replay of all that was handed in, field by field. */
export async function holdAgainstReplay(world: World): Promise<number> {
  const [expected, findings] = [await replayed(world.sent), byId(await deployedFindings(world))];
  const lost = [...expected.keys()].filter((id) => !findings.has(id));
  const invented = [...findings.keys()].filter((id) => !expected.has(id));
  must(
    lost.length + invented.length === 0,
    `${lost.length} findings are lost, ${invented.length} invented: ${lost[0]}`,
  );
  const differences = [...expected].flatMap(([id, facts]) => differencesOf(id, { facts, found: findings.get(id) }));
  must(differences.length === 0, `${differences.length} fields differ: ${differences.slice(0, 3).join("; ")}`);
  count(world, "findings compared", expected.size);
  return expected.size;
}

function differencesOf(id: string, { facts, found }: { facts: Facts; found: Facts | undefined }): readonly string[] {
  return Object.entries(facts).flatMap(([field, value]) => {
    const other: unknown =
      found === undefined ? undefined : Object.entries(found).find(([name]) => name === field)?.[1];
    if (isDeepStrictEqual(other, value)) return [];
    return [`${id} ${field}: replay ${JSON.stringify(value)}, deployed ${JSON.stringify(other)}`];
  });
}
