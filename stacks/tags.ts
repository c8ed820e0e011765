import type { Settings } from "./settings.ts";

/** On every resource that takes tags; DataClass is raised where a resource holds more. */
export const tagsOf = ({ stage, settings }: { stage: string; settings: Settings }): Record<string, string> => ({
  Project: "ephor",
  Environment: stage,
  CostCenter: settings.EPHOR_COST_CENTER,
  Owner: settings.EPHOR_OWNER,
  DataClass: "internal",
});

/** For what holds findings, events or evidence. */
export const CONFIDENTIAL = { DataClass: "confidential" } as const;
