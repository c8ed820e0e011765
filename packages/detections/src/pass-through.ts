import type { JsonObject } from "@ephor/domain/json";
import type { Event } from "@ephor/events/envelope";
import { serviceFindingOf } from "@ephor/events/sources/index";
import { textAt, valueAt } from "@ephor/events/sources/read";
import { type Detection, type DetectionInput, defineDetection, type Told } from "./define-detection.ts";

type PassThrough = Omit<DetectionInput, "finding" | "mitre" | "actorInKey"> & {
  /** Where the account and the Region of the thing stand in `detail`, if a finding can be about another's. */
  readonly where?: { readonly account: string; readonly region?: string };
  /** What is kept as evidence: by its name, where it stands in `detail`. */
  readonly evidence: Readonly<Record<string, string>>;
  /** The type of the finding, where the service's own would not tell two of them apart; null for none at all. */
  readonly typeOf?: (event: Event) => string | null | undefined;
};

/**
 * A detection that passes on what another service found, as findings of that service's types. The service's reader
 * (`events/sources`) says what is wrong, how badly and with what; what is over or hidden there is no finding here.
 */
export function definePassThrough({ where, evidence, typeOf, ...input }: PassThrough): Detection {
  return defineDetection({
    ...input,
    mitre: [],
    finding: (event): Told | null => {
      const found = serviceFindingOf(event);
      if (found === undefined || !found.active) return null;
      const { detail } = event.envelope;
      const type = typeOf?.(event);
      return {
        ...(type === null ? {} : { type: type ?? found.type }),
        resource: found.resource,
        title: found.title,
        actor: found.actor,
        severity: found.severity,
        ...(where === undefined ? {} : placeIn(detail, where)),
        evidence: Object.fromEntries(
          Object.entries(evidence).map(([name, path]) => [name, valueAt(detail, path) ?? null]),
        ),
      };
    },
  });
}

/** Nothing where the service says nothing, or nothing that can be an account or a Region. */
function placeIn(detail: JsonObject, where: { readonly account: string; readonly region?: string }) {
  const account = textAt(detail, where.account) ?? "";
  const region = where.region === undefined ? "" : (textAt(detail, where.region) ?? "");
  return {
    ...(/^\d{12}$/.test(account) ? { account } : {}),
    ...(/^[a-z0-9-]{1,50}$/.test(region) ? { region } : {}),
  };
}
