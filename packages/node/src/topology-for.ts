import { catalogueFor } from "@ephor/detections/catalogue-for";
import type { Detection } from "@ephor/detections/define-detection";
import type { Config } from "@ephor/domain/config/config";
import { type EphorError, ephorError } from "@ephor/domain/error";
import { err, ok, type Result } from "@ephor/domain/result";
import { checkTopology } from "@ephor/topology/check";
import { topologyOf } from "@ephor/topology/topology";
import type { Topology } from "@ephor/topology/types";

/** What runs under a configuration, checked. Errors: `topology.invalid` with the first problem. */
export function topologyFor(
  config: Pick<Config, "accounts">,
): Result<{ topology: Topology; detections: readonly Detection[] }, EphorError<"topology.invalid">> {
  const detections = catalogueFor(config);
  const topology = topologyOf(detections);
  const [problem] = checkTopology(topology);
  if (problem !== undefined) return err(ephorError("topology.invalid", `${problem.where}: ${problem.message}`));
  return ok({ topology, detections });
}
