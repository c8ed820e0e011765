import type { EffectDeps } from "@ephor/app/dispatch-effects";
import type { Log } from "@ephor/app/ports";
import { catalogueFor } from "@ephor/detections/catalogue-for";
import { whyIn } from "@ephor/detections/why-in";
import type { Config } from "@ephor/domain/config/config";
import { ok } from "@ephor/domain/result";
import { setting } from "./machine.ts";
import { putOwnEvent } from "./own-event.ts";
import { blobs, ledgerKey, linkKey, table } from "./parts.ts";
import { workflows } from "./workflows.ts";

/** What carries out effects: reads every variable now; gives the rest once the configuration is known. */
export function effects() {
  const { store } = table();
  const parts = { store, blobs: blobs(), ...workflows() };
  const [signerFor, linksFor, bus] = [ledgerKey(), linkKey(), setting("EPHOR_BUS")];
  return async ({ config, log }: { config: Config; log: Log }): Promise<Omit<EffectDeps, "clock" | "random">> => {
    // Loaded after the start, with the configuration: what speaks to receivers is a third of the bundle.
    const [signer, links, { notices }] = await Promise.all([signerFor(config), linksFor(), import("./notices.ts")]);
    const telling = { store, log, config, links, signer, whyOf: whyIn(catalogueFor(config)) };
    return {
      ...{ ...parts, log, retention: config.retention },
      ...notices(telling).effects,
      putEvent: async ({ envelope }) => {
        await putOwnEvent(bus, envelope);
        return ok(undefined);
      },
    };
  };
}
