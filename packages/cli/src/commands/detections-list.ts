import { detectionLine } from "@ephor/detections/catalogue-entry";
import { catalogueFor } from "@ephor/detections/catalogue-for";
import { loadConfig } from "@ephor/node/load-config";
import { EXIT, type ExitCode, type Invocation, text } from "../command.ts";
import { printList } from "../output.ts";
import { refused } from "../refused.ts";

export async function run(invocation: Invocation): Promise<ExitCode> {
  const config = loadConfig(text(invocation.values, "config"));
  if (!config.ok) return refused(invocation, config.error);
  await printList(invocation, {
    items: catalogueFor(config.value).map(detectionLine),
    columns: { id: (item) => item.id, severity: (item) => item.severity, title: (item) => item.title },
    empty: "No detections.",
  });
  return EXIT.done;
}
