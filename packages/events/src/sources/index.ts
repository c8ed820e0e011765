import type { Envelope } from "../envelope.ts";
import { CLOUDTRAIL_SOURCES } from "./cloudtrail.ts";
import type { Source } from "./define-source.ts";
import { SECURITYHUB_SOURCES } from "./securityhub.ts";
import { SECURITYHUB_V2_SOURCES } from "./securityhub-v2.ts";

/** Every source that Ephor knows (findings.md, "Sources"). Any other well-formed envelope is a `generic` event. */
export const SOURCES: readonly Source[] = [...CLOUDTRAIL_SOURCES, ...SECURITYHUB_SOURCES, ...SECURITYHUB_V2_SOURCES];

const BY_DETAIL_TYPE: ReadonlyMap<string, readonly { readonly source: Source }[]> = Map.groupBy(
  SOURCES.flatMap((source) => source.detailTypes.map((type) => ({ type, source }))),
  ({ type }) => type,
);

/** The first source that takes the envelope for its own. */
export const sourceOf = (envelope: Envelope): Source | undefined =>
  BY_DETAIL_TYPE.get(envelope["detail-type"])?.find(({ source }) => source.recognises(envelope))?.source;
