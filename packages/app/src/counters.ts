/** Counts of this run of the node, in the Prometheus text format 0.0.4. */
export type Counters = {
  add(name: CounterName, by?: number): void;
  text(gauges: Readonly<Record<string, number>>): string;
};

const COUNTERS = {
  ephor_events_accepted_total: "Events stored in the inbox",
  ephor_events_rejected_total: "Events refused, with a reason",
  ephor_forged_links_total: "Links to approvals that were forged, altered or of another node",
  ephor_ledger_records_total: "Ledger records committed",
  ephor_slack_refused_total: "Requests in Slack's name that were forged, too old or repeated",
} as const;
export type CounterName = keyof typeof COUNTERS;

export function counters(): Counters {
  const counts = new Map<string, number>();
  return {
    add: (name, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by),
    text: (gauges) => {
      const told = Object.entries(COUNTERS).map(([name, help]) =>
        lines({ name, help, type: "counter", value: counts.get(name) ?? 0 }),
      );
      const now = Object.entries(gauges).map(([name, value]) =>
        lines({ name, help: name.replaceAll("_", " "), type: "gauge", value }),
      );
      return `${[...told, ...now].join("\n")}\n`;
    },
  };
}

const lines = (of: { name: string; help: string; type: string; value: number }): string =>
  `# HELP ${of.name} ${of.help}\n# TYPE ${of.name} ${of.type}\n${of.name} ${of.value}`;
