import { EphorException } from "@ephor/domain/error";
import { decode, encode } from "./items.ts";
import { noticeChannelsKey } from "./keys.ts";
import type { Store } from "./ports.ts";

const ATTEMPTS_MAX = 20;

export type NoticeChannelsDeps = {
  readonly store: Store;
  /** Every channel that is configured. */
  readonly channels: () => readonly string[];
};

/**
 * Channels whose notices may wait: those that are configured and those that ever were, so that what was meant for one that
 * was taken away since ends as a dead letter, and not unseen. Written only where a name is new.
 */
export async function noticeChannels(d: NoticeChannelsDeps): Promise<readonly string[]> {
  for (let attempt = 1; ; attempt++) {
    const item = await d.store.get(noticeChannelsKey);
    const known = item === undefined ? [] : decode("notice-channels", item).channels;
    const channels = [...new Set([...known, ...d.channels()])];
    if (channels.length === known.length) return known;
    const when =
      item === undefined ? ({ kind: "absent" } as const) : ({ kind: "version", version: item.version } as const);
    const content = encode("notice-channels", { channels });
    const done = await d.store.transact([{ kind: "put", item: { ...noticeChannelsKey, ...content }, when }]);
    if (done.ok) return channels;
    if (done.error.code !== "store.conflict" || attempt >= ATTEMPTS_MAX) throw new EphorException(done.error);
  }
}
