import { type NodeSettings, type RunningNode, startNode } from "@ephor/node/start-node";

/** A node and when, in milliseconds since the epoch, each event identity stood in a finding on disk. */
export async function watchCommits(
  settings: NodeSettings,
): Promise<RunningNode & { readonly durableAt: ReadonlyMap<string, number> }> {
  const durableAt = new Map<string, number>();
  const started = await startNode({
    ...settings,
    onCommit: (writes) => {
      const now = performance.timeOrigin + performance.now();
      for (const write of writes) {
        if (write.kind !== "put" || !write.item.sk.startsWith("member#")) continue;
        const { identity } = write.item.data;
        if (typeof identity === "string") durableAt.set(identity, now);
      }
    },
  });
  if (!started.ok) throw new Error(started.error.message);
  return { ...started.value, durableAt };
}
