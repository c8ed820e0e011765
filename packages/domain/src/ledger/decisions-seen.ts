import type { CheckedPage, PlacedDecision } from "./check-page.ts";

/**
 * The decisions of a log so far. Each is signed with its approval and number, so one that stands twice is a copy, whatever
 * else its record says: without this, one signature could stand for as many people as there are copies. Two records under
 * one signature are always two of one number, since the number is signed. Grows with the decisions of people, not with the
 * other records.
 */
export class DecisionsSeen {
  readonly #seqs = new Map<string, number>();

  /** Takes note of a page's decisions; the page ends, bad, before one that was seen. Pages come in the order of the log. */
  upToRepeat(page: CheckedPage): CheckedPage {
    for (const [at, decision] of page.decisions.entries()) {
      const key = `${decision.number} ${decision.approvalId}`;
      const earlier = this.#seqs.get(key);
      if (earlier !== undefined) return cutAt(page, { at, decision, earlier });
      this.#seqs.set(key, decision.seq);
    }
    return page;
  }
}

type Repeat = { readonly at: number; readonly decision: PlacedDecision; readonly earlier: number };

function cutAt({ from, ids, hashes, decisions }: CheckedPage, { at, decision, earlier }: Repeat): CheckedPage {
  const { seq, number, approvalId } = decision;
  const id = ids[seq - from];
  const message = `decision ${number} of approval ${approvalId} stands in record ${earlier} already: expected each decision, and each signature of one, once in a log`;
  return {
    from,
    ids: ids.slice(0, seq - from),
    hashes: hashes.slice(0, seq - from),
    decisions: decisions.slice(0, at),
    bad: { seq, ...(id === undefined ? {} : { id }), kind: "decision", message },
  };
}
