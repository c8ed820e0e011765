import type { Notice } from "@ephor/domain/notice";
import type { Tenant } from "@ephor/domain/tenant";
import type { HeldNotice } from "./items.ts";
import {
  type ComposeDeps,
  capital,
  type Fact,
  fact,
  NOTHING_TO_DECIDE,
  paragraph,
  readFinding,
  type Said,
} from "./notice-parts.ts";

const SHOWN_MAX = 9;
const IDS_MAX = 1_000;

type Held = { readonly tenant: Tenant; readonly alike: string; readonly held: readonly HeldNotice[] };

/** Many notices that are alike, as one: how many, and the first of them. */
export async function digestSaid(d: ComposeDeps, { tenant, alike, held }: Held): Promise<Said> {
  const ids = held.flatMap(({ notice }) => findingIdOf(notice) ?? []);
  const shown = await Promise.all(
    ids.slice(0, SHOWN_MAX).map(async (findingId) => readFinding(d, { tenant, findingId })),
  );
  const known = shown.flatMap((finding) => finding ?? []);
  const facts: readonly Fact[] = known.map(({ severity, title, account, region }) =>
    fact(capital(severity), `${title} (${account}, ${region})`),
  );
  const more = held.length - facts.length;
  const [kind = "", ...words] = alike.split(" ");
  const detection = words.at(-1) ?? "";
  const what =
    kind === "response"
      ? `responses that ended ${words[0] ?? ""}, on findings of ${detection}`
      : `findings of ${detection}`;
  const why = d.whyOf(detection);
  return {
    subject: `${held.length} more like this: ${what}`,
    severity: known[0]?.severity ?? null,
    paragraphs: [
      paragraph(
        "What happened",
        `${held.length} ${what} came within the channel's window after a message of the same kind.`,
      ),
      ...(why === null ? [] : [paragraph("Why it matters", why)]),
      paragraph("What will be done", "For each as for the one that was told before; each has a page of its own."),
    ],
    facts: more > 0 ? [...facts, fact("And", `${more} more`)] : facts,
    ...NOTHING_TO_DECIDE,
    link: {
      label: "These findings in Ephor",
      url: `${d.publicUrl}/findings?detection=${encodeURIComponent(detection)}`,
    },
    group: alike,
    alike: null,
    settles: false,
    data: { alike, count: held.length, findings: ids.slice(0, IDS_MAX) },
  };
}

const findingIdOf = (notice: Notice) =>
  notice.kind === "finding" || notice.kind === "response" ? notice.findingId : undefined;
