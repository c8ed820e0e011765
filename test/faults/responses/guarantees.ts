import { decode } from "@ephor/app/items";
import type { StoreRows } from "../../support/store-rows.ts";
import type { Facts } from "../facts.ts";
import type { SeenCall } from "./aws-proxy.ts";

type Seen = {
  readonly facts: Facts;
  readonly rows: StoreRows;
  readonly calls: readonly SeenCall[];
  readonly trails: readonly string[];
};

const CHANGE = "StartLogging";
const READ = "GetTrailStatus";

/** What does not hold of responses, whatever happened to the node and its answers. */
export function responseViolations(seen: Seen): readonly string[] {
  return [...endedOnce(seen), ...readBetween(seen), ...neverAfterSuccess(seen), ...journalsAreWhole(seen)];
}

/** Each finding has one response, which ended once and said so once in the ledger. */
function endedOnce({ facts, trails }: Seen): readonly string[] {
  const findings = [...facts.findings.values()];
  const lost = trails.filter((name) =>
    findings.every(({ resource }) => resource.id !== name && !resource.id.endsWith(`/${name}`)),
  );
  const ends = new Map<string, number>();
  for (const { record } of facts.records) {
    if (record["did"] === "response-ended")
      ends.set(String(record["this"]), (ends.get(String(record["this"])) ?? 0) + 1);
  }
  return [
    ...lost.map((name) => `nothing was found about ${name}`),
    ...findings.flatMap(({ id, status, resource }) => {
      const count = ends.get(id) ?? 0;
      return count === 1 && status === "resolved" ? [] : [`${resource.id} ended ${count} times and is ${status}`];
    }),
    ...facts.executions
      .filter(({ workflow, status }) => workflow === "respond" && status !== "SUCCEEDED")
      .map(({ name, status }) => `${name} is ${status}`),
  ];
}

/** The calls about one resource, with the life of the node that made each. */
const wayOf = (calls: readonly SeenCall[]): string =>
  calls
    .map(
      ({ operation, life, at, wasDone }) =>
        `${operation} in life ${life} at ${Math.round(at)} ms${wasDone ? "" : ", not done"}`,
    )
    .join("; ");

/** Between two tries of a change, what stands in AWS was looked at. */
function readBetween({ calls }: Seen): readonly string[] {
  return [...Map.groupBy(calls, ({ resource }) => resource)].flatMap(([resource, all]) => {
    const places = all.flatMap(({ operation }, at) => (operation === CHANGE ? [at] : []));
    const blind = places.filter((at, index) => {
      const before = places[index - 1];
      return before !== undefined && !all.slice(before + 1, at).some(({ operation }) => operation === READ);
    });
    return blind.map(() => `${resource} was changed again without a look: ${wayOf(all)}`);
  });
}

/** A change that AWS has done and whose effect was seen is not asked for again: one application is all there is. */
function neverAfterSuccess({ calls }: Seen): readonly string[] {
  return [...Map.groupBy(calls, ({ resource }) => resource)].flatMap(([resource, all]) => {
    const done = all.filter(({ operation, wasDone }) => operation === CHANGE && wasDone).length;
    return done > 1 ? [`${resource} was changed ${done} times: ${wayOf(all)}`] : [];
  });
}

/** Every call of every plan has an outcome in the journal. */
function journalsAreWhole({ rows }: Seen): readonly string[] {
  return rows.items
    .filter(({ sk }) => sk.startsWith("call#"))
    .map((item) => ({ pk: item.pk, entry: decode("call", item) }))
    .filter(({ entry }) => entry.state !== "done")
    .map(({ pk, entry }) => `${pk}: a call is ${entry.state}`);
}
